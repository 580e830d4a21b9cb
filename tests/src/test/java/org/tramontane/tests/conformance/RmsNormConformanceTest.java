package org.tramontane.tests.conformance;

import static org.tramontane.tests.conformance.Close.assertClose;
import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

class RmsNormConformanceTest extends KernelTest {
  private static final float EPS = 1e-5f;

  @Test
  void forward() {
    for (DType dtype : DType.ofElements()) {
      for (int columns : SIZES) {
        for (int rows : new int[] {1, 2, 7}) {
          try (Operands operands = new Operands(columns)) {
            Tensor x = operands.normal(rows, columns);
            Tensor weight = operands.normal(dtype, 1, columns);
            Tensor out = operands.poisoned(rows, columns);
            Tensor inverseRms = operands.poisoned(rows);
            Tensor expected = operands.poisoned(rows, columns);
            Tensor expectedInverseRms = operands.poisoned(rows);
            kernels.rmsNorm(x, weight, EPS, out, inverseRms);
            reference.rmsNorm(x, weight, EPS, expected, expectedInverseRms);
            assertClose("out", out, expected);
            assertClose("inverseRms", inverseRms, expectedInverseRms);
            kernels.rmsNorm(x, weight, EPS, x, inverseRms);
            assertSame("in place", x, out);
          }
        }
      }
    }
  }

  @Test
  void zerosDenormalsAndLargeRows() {
    try (Operands operands = new Operands(3)) {
      Tensor x = operands.normal(4, 33);
      x.rows(0, 1).fill(0);
      x.rows(1, 2).fill(1e-41f);
      x.rows(2, 3).fill(1e15f);
      x.rows(3, 4).fill(-3);
      Tensor weight = operands.normal(33);
      Tensor out = operands.poisoned(4, 33);
      Tensor expected = operands.poisoned(4, 33);
      Tensor inverseRms = operands.poisoned(4);
      kernels.rmsNorm(x, weight, EPS, out, inverseRms);
      reference.rmsNorm(x, weight, EPS, expected, operands.poisoned(4));
      for (int row = 0; row < 4; row++) {
        assertClose("row " + row, out.rows(row, row + 1), expected.rows(row, row + 1));
      }
    }
  }

  @Test
  void withResidual() {
    for (int columns : SIZES) {
      try (Operands operands = new Operands(columns)) {
        Tensor x = operands.normal(5, columns);
        Tensor delta = operands.normal(5, columns);
        Tensor weight = operands.normal(columns);
        Tensor sum = operands.poisoned(5, columns);
        Tensor out = operands.poisoned(5, columns);
        Tensor inverseRms = operands.poisoned(5);
        Tensor expectedSum = operands.poisoned(5, columns);
        Tensor expected = operands.poisoned(5, columns);
        kernels.addRmsNorm(x, delta, weight, EPS, sum, out, inverseRms);
        reference.addRmsNorm(x, delta, weight, EPS, expectedSum, expected, operands.poisoned(5));
        assertSame("sum", sum, expectedSum);
        assertClose("out", out, expected);
        kernels.addRmsNorm(x, delta, weight, EPS, x, delta, inverseRms);
        assertSame("sum in place", x, sum);
        assertSame("out in place", delta, out);
      }
    }
  }

  @Test
  void backward() {
    for (int columns : SIZES) {
      for (int rows : new int[] {1, 3, 40}) {
        try (Operands operands = new Operands(columns * 100L + rows)) {
          Tensor x = operands.normal(rows, columns);
          Tensor weight = operands.normal(columns);
          Tensor dOut = operands.normal(rows, columns);
          Tensor inverseRms = operands.poisoned(rows);
          reference.rmsNorm(x, weight, EPS, operands.poisoned(rows, columns), inverseRms);
          Tensor dX = operands.normal(rows, columns);
          Tensor dWeight = operands.normal(columns);
          Tensor expectedDx = operands.copy(dX);
          Tensor expectedDw = operands.copy(dWeight);
          Tensor alone = operands.copy(dX);
          kernels.rmsNormBackward(dOut, x, weight, inverseRms, dX, dWeight);
          reference.rmsNormBackward(dOut, x, weight, inverseRms, expectedDx, expectedDw);
          assertClose("dX", dX, expectedDx);
          assertClose("dWeight", dWeight, expectedDw);
          kernels.rmsNormBackward(dOut, x, weight, inverseRms, alone, null);
          assertSame("dX without dWeight", alone, dX);
        }
      }
    }
  }

  @Test
  void narrowWeights() {
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      for (int columns : SIZES) {
        try (Operands operands = new Operands(columns)) {
          Tensor x = operands.normal(5, columns);
          Tensor delta = operands.normal(5, columns);
          Tensor weight = operands.normal(dtype, 1, columns);
          Tensor sum = operands.poisoned(5, columns);
          Tensor out = operands.poisoned(5, columns);
          Tensor inverseRms = operands.poisoned(5);
          Tensor expected = operands.poisoned(5, columns);
          kernels.addRmsNorm(x, delta, weight, EPS, sum, out, inverseRms);
          reference.addRmsNorm(
              x, delta, weight, EPS, operands.poisoned(5, columns), expected, inverseRms);
          assertClose("out", out, expected);

          Tensor dX = operands.normal(5, columns);
          Tensor dWeight = operands.normal(columns);
          Tensor expectedDx = operands.copy(dX);
          Tensor expectedDw = operands.copy(dWeight);
          kernels.rmsNormBackward(delta, sum, weight, inverseRms, dX, dWeight);
          reference.rmsNormBackward(delta, sum, weight, inverseRms, expectedDx, expectedDw);
          assertClose("dX", dX, expectedDx);
          assertClose("dWeight", dWeight, expectedDw);
        }
      }
    }
  }
}
