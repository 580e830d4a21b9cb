package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.TokenBatch;

class ForwardGoldenTest extends ModelTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void logits(String name) {
    ForwardCase golden = ForwardCase.of(name);
    MistralModel model = model("goldens/models/" + name);
    Expect.close(
        "logits",
        model.logits(golden.batch()),
        golden.packed("logits", model.config().vocabSize()),
        LOGIT_TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = "a")
  void hiddenStates(String name) {
    ForwardCase golden = ForwardCase.of(name);
    MistralModel model = model("goldens/models/" + name);
    List<float[]> states = model.hiddenStates(golden.batch());
    int layers = model.config().numHiddenLayers();
    assertThat(states).hasSize(layers + 2);
    for (int i = 0; i < states.size(); i++) {
      String tensor = i <= layers ? "hidden." + i : "final_norm";
      Expect.close(
          tensor,
          states.get(i),
          golden.packed(tensor, model.config().hiddenSize()),
          LOGIT_TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void tokenLogProbs(String name) {
    ForwardCase golden = ForwardCase.of(name);
    TokenBatch batch = golden.batch();
    int[] rows = batch.predictingRows();
    float[] logProbs = model("goldens/models/" + name).logProbs(batch, rows);
    double[] all = golden.packed("token_logprobs", 1);
    double[] expected = Arrays.stream(rows).mapToDouble(row -> all[row + 1]).toArray();
    Expect.close("token_logprobs", logProbs, expected, LOGIT_TOLERANCE);
    double mean = -Scorer.sum(logProbs) / logProbs.length;
    assertThat(mean)
        .isCloseTo(golden.json().get("mean_cross_entropy").asDouble(), within(LOGIT_TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void sequenceLogProbs(String name) {
    ForwardCase golden = ForwardCase.of(name);
    TokenBatch batch = golden.batch();
    List<Completion> responses = new ArrayList<>();
    List<Completion> wholes = new ArrayList<>();
    for (int b = 0; b < batch.sequences().count(); b++) {
      responses.add(split(batch.sequence(b), golden.promptLengths()[b]));
      wholes.add(split(batch.sequence(b), 1));
    }
    try (Scorer scorer = new Scorer(model("goldens/models/" + name), 30)) {
      assertThat(scorer.logProbs(responses))
          .containsExactly(
              GoldenFile.doubles(golden.json().get("sequence_logprob_response")),
              within(LOGIT_TOLERANCE));
      assertThat(scorer.logProbs(wholes))
          .containsExactly(
              GoldenFile.doubles(golden.json().get("sequence_logprob_all")),
              within(LOGIT_TOLERANCE));
    }
  }

  private static Completion split(int[] ids, int promptLength) {
    return new Completion(
        Arrays.copyOf(ids, promptLength), Arrays.copyOfRange(ids, promptLength, ids.length));
  }
}
