package org.tramontane.tests.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.spac.eval.engine.EvalObserver;
import org.tramontane.spac.eval.engine.Evaluator;
import org.tramontane.spac.eval.engine.ItemLog;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.engine.RequestEncoder;
import org.tramontane.spac.eval.engine.Throughput;
import org.tramontane.spac.eval.task.EvalItem;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.Protocol;
import org.tramontane.spac.eval.task.Request;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.spac.eval.task.TaskData;
import org.tramontane.spac.eval.task.TaskFiles;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// Real documents on a small real model: scores against [Scorer], whatever the batch, and after a kill.
@ParameterizedClass
@EnumSource(
    value = Blas.class,
    names = {"AUTO", "JAVA"})
class EvaluatorTest {
  private static final Evaluator.Options USUAL = new Evaluator.Options(4096, 16, true);

  @Parameter Blas blas;
  @TempDir Path folder;
  private Backend backend;
  private Arena arena;
  private MistralModel model;
  private Tokenizer tokenizer;

  @SuppressWarnings("NullAway.Init") // JUnit sets them before each test
  EvaluatorTest() {}

  @SuppressWarnings("MustBeClosedChecker") // close() does
  @BeforeEach
  void open() {
    Path weights = Shared.path("data/weights/stories260K-hf");
    backend = Backends.create("cpu", new BackendOptions(2, blas));
    arena = Arena.ofShared();
    model = new MistralModel(MistralWeights.open(weights, arena), backend);
    tokenizer = Tokenizers.load(weights);
  }

  @AfterEach
  void close() {
    backend.close();
    arena.close();
  }

  /// Zero-shot, so that prompts fit this model's 512 tokens and choices share them.
  private static List<EvalItem> items(LeaderboardTask task, int count) {
    return TaskData.read(task, new TaskFiles(Shared.path("data/eval"), Map.of()), 0)
        .getFirst()
        .items(Protocol.V0_4_0, 0, count);
  }

  private RequestEncoder encoder() {
    return new RequestEncoder(
        tokenizer::encode, OptionalInt.of(2), model.config().maxPositionEmbeddings(), true);
  }

  private List<ItemResult> run(
      Path file, List<EvalItem> items, Evaluator.Options options, EvalObserver observer) {
    try (Evaluator evaluator = new Evaluator(model, tokenizer, encoder(), options);
        ItemLog log = new ItemLog(file, JsonNodeFactory.instance.objectNode())) {
      evaluator.run("t", items, log, observer);
      return items.stream().map(item -> log.find("t", item.docId()).orElseThrow()).toList();
    }
  }

  private List<ItemResult> run(String name, List<EvalItem> items, Evaluator.Options options) {
    return run(folder.resolve(name), items, options, EvalObserver.NONE);
  }

  @Test
  void logLikelihoodsAreThoseOfTheScorer() {
    for (LeaderboardTask task :
        List.of(
            LeaderboardTask.ARC_CHALLENGE,
            LeaderboardTask.TRUTHFULQA,
            LeaderboardTask.WINOGRANDE)) {
      List<EvalItem> items = items(task, 6);
      List<ItemResult> results = run(task.label(), items, USUAL);
      for (int i = 0; i < items.size(); i++) {
        for (int r = 0; r < items.get(i).requests().size(); r++) {
          Request.LogLikelihood request = (Request.LogLikelihood) items.get(i).requests().get(r);
          double expected;
          try (Scorer scorer = new Scorer(model)) {
            expected = scorer.logProbs(List.of(encoder().encode(request)))[0];
          }
          double actual = ((Response.LogProb) results.get(i).responses().get(r)).value();
          assertThat(actual).isCloseTo(expected, within(1e-5 * Math.abs(expected)));
        }
      }
    }
  }

  /// The same bits with the Vector API's matrix product, which `eval` takes. OpenBLAS goes about products of few rows
  /// otherwise than about those of many, so there the last bits may differ.
  @Test
  void scoresDoNotDependOnTheBatch() {
    List<EvalItem> items = new ArrayList<>(items(LeaderboardTask.TRUTHFULQA, 4));
    items.addAll(numbered(items(LeaderboardTask.ARC_CHALLENGE, 6), 1000));
    items.addAll(numbered(items(LeaderboardTask.GSM8K, 2), 2000));
    List<ItemResult> usual = run("usual", items, USUAL);
    for (Evaluator.Options options :
        List.of(
            new Evaluator.Options(1, 1, true),
            new Evaluator.Options(1500, 3, true),
            new Evaluator.Options(20_000, 64, true),
            new Evaluator.Options(4096, 16, false))) {
      List<ItemResult> other = run(options.toString(), items, options);
      if (blas == Blas.JAVA) {
        assertThat(other).as(options.toString()).isEqualTo(usual);
      } else {
        assertClose(other, usual);
      }
    }
  }

  private static void assertClose(List<ItemResult> actual, List<ItemResult> expected) {
    for (int i = 0; i < expected.size(); i++) {
      for (int r = 0; r < expected.get(i).responses().size(); r++) {
        Response response = actual.get(i).responses().get(r);
        switch (expected.get(i).responses().get(r)) {
          case Response.LogProb(double value) ->
              assertThat(((Response.LogProb) response).value())
                  .isCloseTo(value, within(1e-5 * Math.abs(value)));
          case Response.Text text -> assertThat(response).isEqualTo(text);
        }
      }
    }
  }

  private static List<EvalItem> numbered(List<EvalItem> items, int from) {
    return items.stream()
        .map(item -> new EvalItem(from + item.docId(), item.doc(), item.requests()))
        .toList();
  }

  @Test
  void aKilledRunGoesOnAndEndsWithTheSameBits() throws IOException {
    List<EvalItem> items = items(LeaderboardTask.TRUTHFULQA, 6);
    Evaluator.Options small = new Evaluator.Options(2000, 16, true);
    List<ItemResult> whole = run("whole", items, small);
    String text = Files.readString(folder.resolve("whole"));
    // Killed in the middle of a line.
    Path torn = Files.writeString(folder.resolve("torn"), text.substring(0, text.length() / 2));
    List<Integer> open = new ArrayList<>();
    List<ItemResult> resumed =
        run(
            torn,
            items,
            small,
            new EvalObserver() {
              @Override
              public void onTask(String task, int left) {
                open.add(left);
              }
            });
    assertThat(resumed).isEqualTo(whole);
    assertThat(open.getFirst()).isBetween(1, 5);
    assertThat(ItemLog.read(torn)).hasSize(6);
  }

  @Test
  void sharingSavesWhatTheChoicesHaveInCommon() {
    List<Throughput> seen = new ArrayList<>();
    EvalObserver observer =
        new EvalObserver() {
          @Override
          public void onBatch(String task, int done, int of, double share, Throughput total) {
            assertThat(share).isBetween(0.0, 1.0);
            seen.add(total);
          }
        };
    List<EvalItem> items = items(LeaderboardTask.TRUTHFULQA, 5);
    run(folder.resolve("s"), items, USUAL, observer);
    Throughput end = seen.getLast();
    assertThat(end.requests())
        .isEqualTo(items.stream().mapToInt(item -> item.requests().size()).sum());
    // About eleven answers to each question behind one prompt of more than 250 tokens.
    assertThat(end.saved()).isBetween(0.8, 1.0);
  }
}
