package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// The gradient of the mean cross-entropy with respect to every parameter.
class GradientGoldenTest extends ModelTest {
  /// design.md allows 1e-3; PyTorch in float32 stays within 1.5e-6 of the same numbers.
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void everyParameter(String name) {
    GoldenFile dense = new GoldenFile(Shared.path("goldens/grads/" + name + "_ce.safetensors"));
    JsonNode sketches =
        GoldenFile.json(Shared.path("goldens/grads/" + name + "_ce.sketch.json")).get("tensors");
    MistralWeights gradients = gradients(name);
    assertThat(gradients.byName().keySet()).containsExactlyInAnyOrderElementsOf(dense.names());
    gradients
        .byName()
        .forEach(
            (tensor, gradient) -> {
              Expect.closeAsVector(tensor, gradient.toArray(), dense.get(tensor), TOLERANCE);
              Sketch.assertClose(tensor, gradient, sketches.get(tensor), TOLERANCE);
            });
  }

  private MistralWeights gradients(String name) {
    MistralModel model = model("goldens/models/" + name);
    MistralWeights gradients = MistralWeights.zeros(model.config(), arena);
    TokenBatch batch = ForwardCase.of(name).batch();
    int[] rows = batch.predictingRows();
    float[] dLogProb = new float[rows.length];
    Arrays.fill(dLogProb, -1f / rows.length);
    try (TrainingPass pass = new TrainingPass(model)) {
      pass.forward(batch, rows);
      pass.backward(dLogProb, gradients);
    }
    return gradients;
  }
}
