package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.Sampler.Sampling;

class SamplerTest {
  private static final Backend BACKEND = Backends.create("cpu", BackendOptions.threads(1));
  private static final int DRAWS = 20_000;

  /// Probabilities 0.4, 0.3, 0.15, 0.1, 0.05 out of order.
  private static final double[] PROBABILITIES = {0.1, 0.4, 0.05, 0.3, 0.15};

  private static float[] logits() {
    float[] logits = new float[PROBABILITIES.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(PROBABILITIES[i]) + 3;
    }
    return logits;
  }

  /// What a chooser takes, as the second row of two on a backend.
  private static int choose(TokenChooser chooser, float... logits) {
    try (Arena arena = Arena.ofShared()) {
      Tensor rows = Tensor.allocate(arena, 2, logits.length);
      rows.rows(1, 2).copyFrom(logits);
      return chooser.choose(new Logits(BACKEND.kernels(), rows, new float[logits.length]), 1);
    }
  }

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void greedyTakesTheFirstOfTheLargest() {
    TokenChooser greedy = TokenChooser.of(Sampler.greedy(), 0);
    assertThat(choose(greedy, 1, 3, -2, 3)).isEqualTo(1);
    assertThat(choose(greedy, -9)).isZero();
  }

  /// Each line: the warpers, then the probabilities that they must leave, worked out by hand.
  @ParameterizedTest
  @CsvSource({
    "1,   0, 1,    0,    0.1      0.4      0.05     0.3      0.15",
    // sharper: squares 0.01 0.16 0.0025 0.09 0.0225, of 0.285
    "0.5, 0, 1,    0,    0.035088 0.561404 0.008772 0.315789 0.078947",
    "1,   2, 1,    0,    0        0.571429 0        0.428571 0",
    "1,   9, 1,    0,    0.1      0.4      0.05     0.3      0.15",
    // 0.4 + 0.3 < 0.75 <= 0.4 + 0.3 + 0.15
    "1,   0, 0.75, 0,    0        0.470588 0        0.352941 0.176471",
    "1,   0, 0.01, 0,    0        1        0        0        0",
    // 0.3 * 0.4 = 0.12
    "1,   0, 1,    0.3,  0        0.470588 0        0.352941 0.176471",
    // top-k first: of what it leaves, 0.571 reaches 0.55, so that top-p drops the second
    "1,   2, 0.55, 0,    0        1        0        0        0",
  })
  void warpers(double temperature, int topK, double topP, double minP, String expected) {
    TokenChooser chooser = TokenChooser.of(new Sampling(temperature, topK, topP, minP, 5), 0);
    int[] counts = new int[PROBABILITIES.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[choose(chooser, logits())]++;
    }
    double[] wanted =
        Arrays.stream(expected.split(" +")).mapToDouble(Double::parseDouble).toArray();
    for (int id = 0; id < counts.length; id++) {
      double frequency = (double) counts[id] / DRAWS;
      if (wanted[id] == 0) {
        assertThat(counts[id]).as("token %d", id).isZero();
      }
      // Four standard deviations of a frequency near one half.
      assertThat(frequency).as("token %d", id).isCloseTo(wanted[id], within(2 / Math.sqrt(DRAWS)));
    }
  }

  @Test
  void topKKeepsWhatEqualsTheLast() {
    TokenChooser chooser = TokenChooser.of(new Sampling(1, 2, 1, 0, 1), 0);
    boolean[] seen = new boolean[4];
    for (int i = 0; i < 200; i++) {
      seen[choose(chooser, 1, 2, 0, 1)] = true;
    }
    assertThat(seen).containsExactly(true, true, false, true);
  }

  @Test
  void seedAndSequenceDecide() {
    Sampling sampling = new Sampling(1, 0, 1, 0, 42);
    assertThat(draws(sampling, 3)).containsExactly(draws(sampling, 3));
    assertThat(draws(sampling, 3)).isNotEqualTo(draws(sampling, 4));
    assertThat(draws(new Sampling(1, 0, 1, 0, 43), 3)).isNotEqualTo(draws(sampling, 3));
    // Neighbouring seeds and sequences must not share a stream.
    assertThat(draws(new Sampling(1, 0, 1, 0, 43), 2)).isNotEqualTo(draws(sampling, 3));
  }

  @Test
  void survivesExtremeLogits() {
    float[] logits = {-Float.MAX_VALUE, 0, Float.NEGATIVE_INFINITY, 1e30f, -1e30f};
    for (Sampler sampler :
        new Sampler[] {
          Sampler.greedy(), Sampler.ancestral(1), new Sampling(0.01, 3, 0.9, 0.1, 1)
        }) {
      assertThat(choose(TokenChooser.of(sampler, 0), logits)).isEqualTo(3);
    }
  }

  @Test
  void saysThatALogitIsNotANumber() {
    float[] logits = {0, Float.NaN, 1};
    for (Sampler sampler :
        new Sampler[] {Sampler.greedy(), Sampler.ancestral(1), new Sampling(1, 2, 1, 0, 1)}) {
      assertThatThrownBy(() -> choose(TokenChooser.of(sampler, 0), logits))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("token 1 is NaN");
    }
  }

  /// One question to the backend for all sequences, and none of their rows; a NaN is the matter of the sequence whose row has it.
  @Test
  void greedyAsksOnceForAllSequences() {
    List<String> asked = new ArrayList<>();
    Kernels kernels =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  return new int[] {2, -1 - 3, 0};
                });
    try (Arena arena = Arena.ofShared()) {
      Logits logits = new Logits(kernels, Tensor.allocate(arena, 3, 5), new float[5]);
      assertThat(TokenChooser.of(Sampler.greedy(), 0).choose(logits, 0)).isEqualTo(2);
      assertThatThrownBy(() -> TokenChooser.of(Sampler.greedy(), 1).choose(logits, 1))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("the logit of token 3 is NaN");
      assertThat(TokenChooser.of(Sampler.greedy(), 2).choose(logits, 2)).isZero();
    }
    assertThat(asked).containsExactly("argMax");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> new Sampling(0, 0, 1, 0, 1)).hasMessageContaining("temperature = 0");
    assertThatThrownBy(() -> new Sampling(1, -1, 1, 0, 1)).hasMessageContaining("top_k = -1");
    assertThatThrownBy(() -> new Sampling(1, 0, 0, 0, 1)).hasMessageContaining("top_p = 0");
    assertThatThrownBy(() -> new Sampling(1, 0, 1, 1.1, 1)).hasMessageContaining("min_p = 1.1");
  }

  private static int[] draws(Sampling sampling, int sequence) {
    TokenChooser chooser = TokenChooser.of(sampling, sequence);
    int[] draws = new int[50];
    Arrays.setAll(draws, i -> choose(chooser, logits()));
    return draws;
  }
}
