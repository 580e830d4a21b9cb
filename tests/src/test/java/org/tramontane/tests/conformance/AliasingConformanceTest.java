package org.tramontane.tests.conformance;

import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Tensor;

/// Where the contract lets an output be an input, the result has the same bits as with memory of its own.
class AliasingConformanceTest extends KernelTest {

  @Test
  void addRmsNorm() {
    for (int columns : SIZES) {
      try (Operands operands = new Operands(columns)) {
        Tensor x = operands.normal(5, columns);
        Tensor delta = operands.normal(5, columns);
        Tensor weight = operands.normal(columns);
        Tensor inverseRms = operands.poisoned(5);
        Tensor sum = operands.poisoned(5, columns);
        Tensor out = operands.poisoned(5, columns);
        kernels.addRmsNorm(x, delta, weight, 1e-5f, sum, out, inverseRms);

        Tensor sumIsX = operands.copy(x);
        Tensor other = operands.poisoned(5, columns);
        kernels.addRmsNorm(sumIsX, delta, weight, 1e-5f, sumIsX, other, inverseRms);
        assertSame("sum in x's place", sumIsX, sum);
        assertSame("out beside it", other, out);

        Tensor sumIsDelta = operands.copy(delta);
        kernels.addRmsNorm(
            x, sumIsDelta, weight, 1e-5f, sumIsDelta, other.fill(Float.NaN), inverseRms);
        assertSame("sum in delta's place", sumIsDelta, sum);
        assertSame("out beside it", other, out);

        Tensor outIsDelta = operands.copy(delta);
        Tensor ownSum = operands.poisoned(5, columns);
        kernels.addRmsNorm(x, outIsDelta, weight, 1e-5f, ownSum, outIsDelta, inverseRms);
        assertSame("out in delta's place", outIsDelta, out);
        assertSame("sum beside it", ownSum, sum);
      }
    }
  }

  @Test
  void swiGluInUpsPlace() {
    for (int columns : SIZES) {
      try (Operands operands = new Operands(columns)) {
        Tensor gate = operands.normal(3, columns);
        Tensor up = operands.normal(3, columns);
        Tensor out = operands.poisoned(3, columns);
        kernels.swiGlu(gate, up, out);
        kernels.swiGlu(gate, up, up);
        assertSame("out in up's place", up, out);
      }
    }
  }

  /// Each of the two outputs in the place of each input, or of none.
  @Test
  void swiGluBackward() {
    for (int columns : SIZES) {
      for (int dGateAt = 0; dGateAt <= 3; dGateAt++) {
        for (int dUpAt = 0; dUpAt <= 3; dUpAt++) {
          if (dGateAt != dUpAt) {
            checkSwiGluBackward(columns, dGateAt, dUpAt);
          }
        }
      }
    }
  }

  private void checkSwiGluBackward(int columns, int dGateAt, int dUpAt) {
    try (Operands operands = new Operands(columns)) {
      Tensor[] inputs = {
        operands.normal(3, columns), operands.normal(3, columns), operands.normal(3, columns)
      };
      Tensor expectedDGate = operands.poisoned(3, columns);
      Tensor expectedDUp = operands.poisoned(3, columns);
      kernels.swiGluBackward(inputs[0], inputs[1], inputs[2], expectedDGate, expectedDUp);
      Tensor dGate = dGateAt == 3 ? operands.poisoned(3, columns) : inputs[dGateAt];
      Tensor dUp = dUpAt == 3 ? operands.poisoned(3, columns) : inputs[dUpAt];
      kernels.swiGluBackward(inputs[0], inputs[1], inputs[2], dGate, dUp);
      String[] places = {"dOut's place", "gate's place", "up's place", "a place of its own"};
      assertSame("dGate in " + places[dGateAt], dGate, expectedDGate);
      assertSame("dUp in " + places[dUpAt], dUp, expectedDUp);
    }
  }
}
