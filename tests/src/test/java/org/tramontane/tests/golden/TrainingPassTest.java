package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// Batches, accumulation and memory that is used again.
class TrainingPassTest extends ModelTest {
  private static final double ROUNDING = 1e-5;

  private final MistralConfig config = TinyModels.config().build();
  private MistralModel model;

  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  TrainingPassTest() {}

  @BeforeEach
  void makeModel() {
    model = new MistralModel(TinyModels.weights(config, 1, arena), backend);
  }

  @Test
  void forwardEqualsInference() {
    TokenBatch batch = batch(2, 7, 11, 4);
    try (TrainingPass pass = new TrainingPass(model)) {
      assertThat(pass.forward(batch, batch.predictingRows()))
          .containsExactly(model.logProbs(batch, batch.predictingRows()));
    }
  }

  @Test
  void reusedMemoryGivesTheSameBitsAsFresh() {
    List<TokenBatch> batches =
        List.of(batch(1, 5, 3), batch(2, 12, 9, 7), batch(3, 2), batch(4, 12, 9, 7), batch(5, 8));
    try (TrainingPass reused = new TrainingPass(model)) {
      for (TokenBatch batch : batches) {
        MistralWeights expected;
        try (TrainingPass fresh = new TrainingPass(model)) {
          expected = gradients(fresh, batch);
        }
        assertSameBits(gradients(reused, batch), expected);
      }
    }
  }

  @Test
  void gradientsAccumulate() {
    TokenBatch first = batch(1, 6, 10);
    TokenBatch second = batch(2, 8);
    try (TrainingPass pass = new TrainingPass(model)) {
      MistralWeights both = MistralWeights.zeros(config, arena);
      backward(pass, first, both);
      backward(pass, second, both);
      MistralWeights one = gradients(pass, first);
      MistralWeights two = gradients(pass, second);
      assertSum(both, one, two);
    }
  }

  @Test
  void aBatchIsTheSumOfItsSequences() {
    List<int[]> sequences = TinyModels.sequences(config, 9, 6, 13);
    TokenBatch both = TokenBatch.of(sequences);
    TokenBatch first = TokenBatch.of(sequences.get(0));
    TokenBatch second = TokenBatch.of(sequences.get(1));
    float[] d = TinyModels.gradients(4, 17);
    float[] dFirst = Arrays.copyOfRange(d, 0, 5);
    float[] dSecond = Arrays.copyOfRange(d, 5, 17);
    try (TrainingPass pass = new TrainingPass(model)) {
      MistralWeights together = MistralWeights.zeros(config, arena);
      MistralWeights one = MistralWeights.zeros(config, arena);
      MistralWeights two = MistralWeights.zeros(config, arena);
      float[] logProbs = pass.forward(both, both.predictingRows());
      pass.backward(d, together);
      float[] logProbsFirst = pass.forward(first, first.predictingRows());
      pass.backward(dFirst, one);
      float[] logProbsSecond = pass.forward(second, second.predictingRows());
      pass.backward(dSecond, two);
      Expect.close(
          "first", Arrays.copyOfRange(logProbs, 0, 5), Expect.widen(logProbsFirst), ROUNDING);
      Expect.close(
          "second", Arrays.copyOfRange(logProbs, 5, 17), Expect.widen(logProbsSecond), ROUNDING);
      assertSum(together, one, two);
    }
  }

  @Test
  void weightsOfAnyStorageHaveF32Gradients() {
    LinkedHashMap<String, Tensor> halves = new LinkedHashMap<>();
    model
        .weights()
        .byName()
        .forEach(
            (name, tensor) -> {
              Tensor half = Tensor.allocate(arena, DType.BF16, tensor.shape()).copyFrom(tensor);
              halves.put(name, half);
            });
    MistralWeights stored = new MistralWeights(config, halves);
    TokenBatch batch = batch(6, 9, 5);
    try (TrainingPass narrow = new TrainingPass(new MistralModel(stored, backend));
        TrainingPass wide = new TrainingPass(new MistralModel(stored.toF32(arena), backend))) {
      MistralWeights expected = gradients(wide, batch);
      gradients(narrow, batch)
          .byName()
          .forEach(
              (name, gradient) ->
                  Expect.closeAsVector(
                      name,
                      gradient.toArray(),
                      Expect.widen(expected.get(name).toArray()),
                      ROUNDING));
    }
  }

  @Test
  void backwardNeedsAForward() {
    MistralWeights gradients = MistralWeights.zeros(config, arena);
    try (TrainingPass pass = new TrainingPass(model)) {
      assertThatThrownBy(() -> pass.backward(new float[1], gradients))
          .isInstanceOf(IllegalStateException.class);
      TokenBatch batch = batch(1, 4);
      backward(pass, batch, gradients);
      assertThatThrownBy(() -> pass.backward(new float[3], gradients))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private TokenBatch batch(long seed, int... lengths) {
    return TokenBatch.of(TinyModels.sequences(config, seed, lengths));
  }

  private MistralWeights gradients(TrainingPass pass, TokenBatch batch) {
    MistralWeights gradients = MistralWeights.zeros(config, arena);
    backward(pass, batch, gradients);
    return gradients;
  }

  private static void backward(TrainingPass pass, TokenBatch batch, MistralWeights gradients) {
    int[] rows = batch.predictingRows();
    pass.forward(batch, rows);
    pass.backward(TinyModels.gradients(rows.length, rows.length), gradients);
  }

  private static void assertSameBits(MistralWeights actual, MistralWeights expected) {
    actual
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.data().mismatch(expected.get(name).data()))
                    .as(name)
                    .isEqualTo(-1));
  }

  private static void assertSum(MistralWeights sum, MistralWeights one, MistralWeights two) {
    sum.byName()
        .forEach(
            (name, tensor) -> {
              double[] expected = Expect.widen(one.get(name).toArray());
              float[] more = two.get(name).toArray();
              for (int i = 0; i < expected.length; i++) {
                expected[i] += more[i];
              }
              Expect.closeAsVector(name, tensor.toArray(), expected, ROUNDING);
            });
  }
}
