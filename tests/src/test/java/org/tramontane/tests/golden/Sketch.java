package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.tramontane.tensor.Tensor;

/// The summary of a tensor that `goldens/README.md` defines: its length, sum, two projections and some elements.
record Sketch(double l2, double sum, double dotSin, double dotCos) {

  static Sketch of(Tensor tensor) {
    double squares = 0;
    double sum = 0;
    double dotSin = 0;
    double dotCos = 0;
    for (long i = 0; i < tensor.elements(); i++) {
      double t = tensor.get(i);
      squares += t * t;
      sum += t;
      dotSin += t * Math.sin(0.7 * (i + 1));
      dotCos += t * Math.cos(1.3 * (i + 1));
    }
    return new Sketch(Math.sqrt(squares), sum, dotSin, dotCos);
  }

  /// Compares a tensor with the golden sketch of one, relative to its length.
  static void assertClose(String name, Tensor tensor, JsonNode golden, double tolerance) {
    Sketch sketch = of(tensor);
    double l2 = golden.get("l2").asDouble();
    assertThat(tensor.elements()).as(name).isEqualTo(golden.get("n").asLong());
    assertThat(sketch.l2).as(name + " l2").isCloseTo(l2, within(tolerance * l2));
    // The sum's weights are 1, so that its error can reach sqrt(n) times the tensor's.
    assertThat(sketch.sum)
        .as(name + " sum")
        .isCloseTo(
            golden.get("sum").asDouble(),
            within(tolerance * l2 * Math.sqrt((double) tensor.elements())));
    assertThat(sketch.dotSin)
        .as(name + " dot_sin")
        .isCloseTo(golden.get("dot_sin").asDouble(), within(tolerance * l2));
    assertThat(sketch.dotCos)
        .as(name + " dot_cos")
        .isCloseTo(golden.get("dot_cos").asDouble(), within(tolerance * l2));
    JsonNode idx = golden.path("idx");
    for (int i = 0; i < idx.size(); i++) {
      assertThat((double) tensor.get(idx.get(i).asLong()))
          .as(name + "[" + idx.get(i) + "]")
          .isCloseTo(golden.get("val").get(i).asDouble(), within(tolerance * l2));
    }
  }
}
