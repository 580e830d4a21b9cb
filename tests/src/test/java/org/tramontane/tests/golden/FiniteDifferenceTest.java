package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// The gradient against central differences of the loss: along the gradient itself the slope is the gradient's length,
/// and less if the gradient points anywhere else.
class FiniteDifferenceTest extends ModelTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTensor(boolean tied) {
    MistralConfig config = TinyModels.config().tied(tied).build();
    MistralWeights weights = TinyModels.weights(config, 3, arena);
    MistralModel model = new MistralModel(weights, backend);
    TokenBatch batch = TokenBatch.of(TinyModels.sequences(config, 5, 9, 2, 13));
    int[] rows = {1, 2, 5, 9, 11, 12, 18, 22};
    float[] dLogProb = TinyModels.gradients(7, rows.length);
    MistralWeights gradients = MistralWeights.zeros(config, arena);
    try (TrainingPass pass = new TrainingPass(model)) {
      pass.forward(batch, rows);
      pass.backward(dLogProb, gradients);
    }
    weights
        .byName()
        .forEach(
            (name, tensor) -> {
              float[] gradient = gradients.get(name).toArray();
              double length = length(gradient);
              double step = 0.01;
              double up = loss(model, batch, rows, dLogProb, tensor, gradient, step / length);
              double down = loss(model, batch, rows, dLogProb, tensor, gradient, -step / length);
              assertThat((up - down) / (2 * step))
                  .as(name)
                  .isCloseTo(length, within(2e-3 * length + 1e-3));
            });
  }

  /// The loss `sum_i dLogProb[i] logProb[i]` with `tensor` moved by `factor * direction`.
  private static double loss(
      MistralModel model,
      TokenBatch batch,
      int[] rows,
      float[] dLogProb,
      Tensor tensor,
      float[] direction,
      double factor) {
    float[] kept = tensor.toArray();
    for (int i = 0; i < kept.length; i++) {
      tensor.set(i, (float) (kept[i] + factor * direction[i]));
    }
    float[] logProbs = model.logProbs(batch, rows);
    tensor.copyFrom(kept);
    double loss = 0;
    for (int i = 0; i < rows.length; i++) {
      loss += (double) dLogProb[i] * logProbs[i];
    }
    return loss;
  }

  private static double length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
