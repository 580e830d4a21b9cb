package org.tramontane.cli.demo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tramontane.cli.align.Progress;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.OfflineTrainer;
import org.tramontane.spac.train.PreferenceEvaluator;
import org.tramontane.spac.train.SelfPlay;
import org.tramontane.spac.train.SelfPlayTrainer;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// One demo, from text to aligned models.
final class DemoRun {
  private static final int STORIES = 5000;
  private static final int PAIRS = 768;
  private static final int HELD_OUT = 200;
  private static final int REPLIES = 200;
  private static final int SHOWN = 4;
  private static final int VOCABULARY = 400;
  private static final int MAX_NEW_TOKENS = 32;
  private static final int BATCH = 32;

  private final Path output;
  private final long seed;
  private final boolean quick;
  private final Backend backend;
  private final Progress progress;

  DemoRun(Path output, long seed, boolean quick, Backend backend, Progress progress) {
    this.output = output;
    this.seed = seed;
    this.quick = quick;
    this.backend = backend;
    this.progress = progress;
  }

  DemoResult run() throws IOException {
    long start = System.nanoTime();
    DemoCorpus corpus = new DemoCorpus(seed);
    List<DemoCorpus.Example> stories = corpus.examples(quick ? STORIES / 10 : STORIES);
    List<DemoCorpus.Pair> pairs = corpus.pairs(quick ? PAIRS / 10 : PAIRS, false);
    List<DemoCorpus.Pair> heldOut = corpus.pairs(HELD_OUT, true);
    List<String> texts =
        stories.stream().map(story -> story.story().prompt() + " " + story.reply()).toList();

    DemoTokenizer learned = new DemoTokenizer(texts, VOCABULARY);
    Path tokenizerFolder = output.resolve("base");
    writeTokenizer(learned, tokenizerFolder);
    Tokenizer tokenizer = Tokenizers.load(tokenizerFolder);
    MistralConfig config = config(learned.vocabSize());
    CompletionEncoder encoder = new CompletionEncoder(tokenizer::encode, config);
    List<PreferenceExample> training = pairs.stream().map(pair -> encode(encoder, pair)).toList();
    List<PreferenceExample> evaluation =
        heldOut.stream().map(pair -> encode(encoder, pair)).toList();

    try (Arena arena = Arena.ofShared()) {
      MistralModel base = new MistralModel(MistralWeights.random(config, seed, arena), backend);
      progress.line(
          "learning the language: %,d parameters, %,d texts"
              .formatted(base.weights().parameters(), texts.size()));
      Recorder baseSteps = new Recorder();
      new SftTrainer(base, options(3e-3, 3), TrainingObserver.all(List.of(progress, baseSteps)))
          .train(texts.stream().map(text -> wholeText(tokenizer, text)).toList());
      base.weights().save(output.resolve("base"), DType.F32, tokenizerFolder);

      PreferenceEvaluator evaluator = new PreferenceEvaluator(base, evaluation);
      Judge judge = new Judge(tokenizer, encoder, heldOut);
      List<DemoResult.Row> rows = new ArrayList<>();
      rows.add(judge.row("base", base, evaluator.evaluate(base)));

      progress.line("aligning with SPAC: %d pairs, two rounds".formatted(training.size()));
      Recorder spacSteps = new Recorder();
      rows.add(
          aligned(
              "spac",
              base,
              arena,
              evaluator,
              judge,
              policy ->
                  new SelfPlayTrainer(
                          policy,
                          new SpacLoss(SpacLoss.Critic.LOGSIG, false, 3, 1),
                          new SelfPlay(2, MAX_NEW_TOKENS, 1),
                          options(1e-4, 2),
                          TrainingObserver.all(List.of(progress, spacSteps)))
                      .train(training, policy)));

      progress.line("aligning with DPO: the same pairs, as many steps");
      Recorder dpoSteps = new Recorder();
      rows.add(
          aligned(
              "dpo",
              base,
              arena,
              evaluator,
              judge,
              policy ->
                  new OfflineTrainer(
                          policy,
                          policy,
                          new DpoLoss(0.1, 0),
                          options(1e-4, 4),
                          TrainingObserver.all(List.of(progress, dpoSteps)))
                      .train(training)));
      return new DemoResult(
          rows,
          baseSteps.steps,
          spacSteps.steps,
          dpoSteps.steps,
          (System.nanoTime() - start) * 1e-9);
    }
  }

  /// Trains a copy of the base, writes it, and looks at it.
  private DemoResult.Row aligned(
      String name,
      MistralModel base,
      Arena arena,
      PreferenceEvaluator evaluator,
      Judge judge,
      Consumer<MistralModel> training) {
    MistralModel policy = new MistralModel(base.weights().toF32(arena), backend);
    training.accept(policy);
    policy.weights().save(output.resolve(name), DType.F32, output.resolve("base"));
    return judge.row(name, policy, evaluator.evaluate(policy));
  }

  private static MistralConfig config(int vocabulary) {
    return MistralConfig.builder()
        .vocabSize(vocabulary)
        .hiddenSize(96)
        .intermediateSize(256)
        .layers(3)
        .heads(6, 2)
        .slidingWindow(24)
        .maxPositions(128)
        .tied(true)
        .initializerRange(0.05)
        .specialTokens(DemoTokenizer.BOS, DemoTokenizer.EOS)
        .build();
  }

  private TrainingOptions options(double learningRate, double epochs) {
    return new TrainingOptions(
        AdamWOptions.of(learningRate),
        new LearningRateSchedule.Cosine(new Warmup(0, 0.05)),
        new TrainingLength.Epochs(epochs),
        BATCH,
        1,
        seed);
  }

  /// A text to learn from its first token to EOS.
  private static Completion wholeText(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    int[] response = java.util.Arrays.copyOf(ids, ids.length + 1);
    response[ids.length] = DemoTokenizer.EOS;
    return new Completion(new int[] {DemoTokenizer.BOS}, response);
  }

  private static PreferenceExample encode(CompletionEncoder encoder, DemoCorpus.Pair pair) {
    String prompt = pair.story().prompt();
    return new PreferenceExample(
        encoder.prompt(prompt),
        encoder.completion(prompt, " " + pair.chosen(), true),
        encoder.completion(prompt, " " + pair.rejected(), true),
        null);
  }

  private static void writeTokenizer(DemoTokenizer tokenizer, Path folder) throws IOException {
    Files.createDirectories(folder);
    AtomicFiles.writeString(folder.resolve("tokenizer.json"), tokenizer.toJson());
    AtomicFiles.writeString(folder.resolve("tokenizer_config.json"), tokenizer.configJson());
  }

  /// Keeps every step's report.
  private static final class Recorder implements TrainingObserver {
    final List<StepReport> steps = new ArrayList<>();

    @Override
    public void onStep(StepReport step) {
      steps.add(step);
    }
  }

  /// Lets models reply to held-out prompts and scores the replies by the rule.
  private final class Judge {
    private final Tokenizer tokenizer;
    private final List<DemoStory> stories;
    private final List<int[]> prompts;

    Judge(Tokenizer tokenizer, CompletionEncoder encoder, List<DemoCorpus.Pair> heldOut) {
      this.tokenizer = tokenizer;
      this.stories =
          heldOut.stream().map(DemoCorpus.Pair::story).distinct().limit(REPLIES).toList();
      this.prompts = stories.stream().map(story -> encoder.prompt(story.prompt())).toList();
    }

    DemoResult.Row row(String name, MistralModel model, Evaluation evaluation) {
      List<String> replies =
          new Generator(model)
                  .generate(
                      prompts,
                      GenerationOptions.of(model.config(), MAX_NEW_TOKENS),
                      Sampler.ancestral(seed))
                  .stream()
                  .map(ids -> tokenizer.decode(ids).strip())
                  .toList();
      double score = 0;
      double best = 0;
      for (int i = 0; i < replies.size(); i++) {
        score += DemoRule.score(stories.get(i), replies.get(i));
        best += DemoRule.isBest(stories.get(i), replies.get(i)) ? 1 : 0;
      }
      List<DemoResult.Sample> samples =
          Stream.iterate(0, i -> i + 1)
              .limit(Math.min(SHOWN, replies.size()))
              .map(i -> new DemoResult.Sample(stories.get(i).prompt(), replies.get(i)))
              .toList();
      progress.line(
          "%s: held-out accuracy %.3f, drift %.2f, mean score of its replies %+.2f"
              .formatted(name, evaluation.accuracy(), evaluation.drift(), score / replies.size()));
      return new DemoResult.Row(
          name,
          evaluation.accuracy(),
          evaluation.drift(),
          score / replies.size(),
          best / replies.size(),
          samples);
    }
  }
}
