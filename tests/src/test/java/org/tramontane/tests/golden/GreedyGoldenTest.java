package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.InferencePass;
import org.tramontane.transformer.KvCache;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.TokenBatch;

/// Greedy continuations: 12 + 32 tokens, far past case a's window of 8.
class GreedyGoldenTest extends ModelTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void throughTheCache(String name) {
    JsonNode greedy = ForwardCase.of(name).json().get("greedy");
    int[] expected = GoldenFile.ints(greedy.get("new_tokens"));
    GenerationOptions options = new GenerationOptions(expected.length, Set.of(2), true);
    List<int[]> generated =
        new Generator(model("goldens/models/" + name))
            .generate(List.of(GoldenFile.ints(greedy.get("prompt"))), options, Sampler.greedy());
    assertThat(generated.getFirst()).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void throughFullForwardPasses(String name) {
    MistralModel model = model("goldens/models/" + name);
    int v = model.config().vocabSize();
    JsonNode greedy = ForwardCase.of(name).json().get("greedy");
    int[] expected = GoldenFile.ints(greedy.get("new_tokens"));
    int[] prompt = GoldenFile.ints(greedy.get("prompt"));
    int[] ids = concat(prompt, expected);
    for (int step = 0; step < expected.length; step++) {
      int length = prompt.length + step;
      float[] logits = model.logits(TokenBatch.of(Arrays.copyOf(ids, length)));
      float[] last = Arrays.copyOfRange(logits, (length - 1) * v, length * v);
      assertThat(argmax(last)).as("step %d", step).isEqualTo(expected[step]);
    }
  }

  @Test
  void stepLogitsThroughTheCacheAndWithoutIt() {
    ForwardCase golden = ForwardCase.of("a");
    MistralModel model = model("goldens/models/a");
    int v = model.config().vocabSize();
    int[] newTokens = GoldenFile.ints(golden.json().get("greedy").get("new_tokens"));
    int[] prompt = GoldenFile.ints(golden.json().get("greedy").get("prompt"));
    double[] expected = golden.tensors().get("greedy_step_logits_f32");

    float[] full = model.logits(TokenBatch.of(concat(prompt, newTokens)));
    try (InferencePass pass = new InferencePass(model);
        KvCache cache = new KvCache(model.config(), 1, prompt.length + newTokens.length)) {
      assertThat(cache.slots()).isEqualTo(8);
      int[] slots = {0};
      Tensor logits = pass.prefill(TokenBatch.of(prompt), slots, cache);
      for (int step = 0; step < newTokens.length; step++) {
        double[] wanted = Arrays.copyOfRange(expected, step * v, (step + 1) * v);
        int row = prompt.length - 1 + step;
        Expect.close("cached step " + step, logits.toArray(), wanted, LOGIT_TOLERANCE);
        Expect.close(
            "full step " + step,
            Arrays.copyOfRange(full, row * v, (row + 1) * v),
            wanted,
            LOGIT_TOLERANCE);
        logits = pass.decode(new int[] {newTokens[step]}, slots, new int[] {row + 1}, cache);
      }
    }
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
