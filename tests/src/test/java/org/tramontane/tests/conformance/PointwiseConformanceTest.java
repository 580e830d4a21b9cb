package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tramontane.tests.conformance.Close.assertClose;
import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Kernels that treat each element or row by itself: SwiGLU, embedding, row picking, AdamW, norms.
class PointwiseConformanceTest extends KernelTest {

  @Test
  void dropout() {
    for (int columns : SIZES) {
      for (float p : new float[] {0, 0.05f, 0.5f, 0.9f}) {
        try (Operands operands = new Operands(columns)) {
          Tensor x = operands.normal(3, columns);
          Tensor out = operands.poisoned(3, columns);
          Tensor expected = operands.poisoned(3, columns);
          kernels.dropout(x, p, 77, out);
          reference.dropout(x, p, 77, expected);
          assertClose("out", out, expected);
          kernels.dropout(x, p, 77, x);
          assertSame("in place", x, out);
        }
      }
    }
  }

  @Test
  void dropoutKeepsTheShareAndTheMean() {
    int n = 40_000;
    try (Operands operands = new Operands(0)) {
      Tensor out = operands.normal(n).fill(1);
      kernels.dropout(out, 0.3f, 5, out);
      double mean = 0;
      int kept = 0;
      for (float value : out.toArray()) {
        mean += value / n;
        kept += value == 0 ? 0 : 1;
      }
      // Five standard deviations.
      assertThat(kept / (double) n).isCloseTo(0.7, within(5 * Math.sqrt(0.21 / n)));
      assertThat(mean).isCloseTo(1, within(5 * Math.sqrt(0.3 / 0.7 / n)));
    }
  }

  @Test
  void swiGlu() {
    for (int columns : SIZES) {
      for (double scale : new double[] {1, 30}) {
        try (Operands operands = new Operands(columns)) {
          Tensor gate = operands.normal(DType.F32, scale, 3, columns);
          Tensor up = operands.normal(3, columns);
          Tensor dOut = operands.normal(3, columns);
          Tensor out = operands.poisoned(3, columns);
          Tensor expected = operands.poisoned(3, columns);
          kernels.swiGlu(gate, up, out);
          reference.swiGlu(gate, up, expected);
          assertClose("out", out, expected);

          Tensor dGate = operands.poisoned(3, columns);
          Tensor dUp = operands.poisoned(3, columns);
          Tensor expectedDGate = operands.poisoned(3, columns);
          Tensor expectedDUp = operands.poisoned(3, columns);
          kernels.swiGluBackward(dOut, gate, up, dGate, dUp);
          reference.swiGluBackward(dOut, gate, up, expectedDGate, expectedDUp);
          assertClose("dGate", dGate, expectedDGate);
          assertClose("dUp", dUp, expectedDUp);

          Tensor gateCopy = operands.copy(gate);
          kernels.swiGlu(gateCopy, up, gateCopy);
          assertSame("out in gate's place", gateCopy, out);
          kernels.swiGluBackward(dOut, gate, up, gate, up);
          assertSame("dGate in place", gate, dGate);
          assertSame("dUp in place", up, dUp);
        }
      }
    }
  }

  @Test
  void swiGluAtExtremes() {
    float[] gates = {0, -0f, 1e-41f, 20, 90, 1e4f, 3e38f, -20, -87, -90, -104, -1e4f, -3e38f, 1};
    try (Operands operands = new Operands(0)) {
      Tensor gate = operands.normal(gates.length).copyFrom(gates);
      Tensor ones = operands.normal(gates.length).fill(1);
      Tensor out = operands.poisoned(gates.length);
      Tensor dGate = operands.poisoned(gates.length);
      Tensor dUp = operands.poisoned(gates.length);
      Tensor expected = operands.poisoned(gates.length);
      Tensor expectedDGate = operands.poisoned(gates.length);
      Tensor expectedDUp = operands.poisoned(gates.length);
      kernels.swiGlu(gate, ones, out);
      kernels.swiGluBackward(ones, gate, ones, dGate, dUp);
      reference.swiGlu(gate, ones, expected);
      reference.swiGluBackward(ones, gate, ones, expectedDGate, expectedDUp);
      for (int i = 0; i < gates.length; i++) {
        assertClose(
            "out at " + gates[i],
            out.rows(0, 1).reshape(gates.length, 1).rows(i, i + 1),
            expected.reshape(gates.length, 1).rows(i, i + 1));
        assertClose(
            "dGate at " + gates[i],
            dGate.reshape(gates.length, 1).rows(i, i + 1),
            expectedDGate.reshape(gates.length, 1).rows(i, i + 1));
        assertClose(
            "dUp at " + gates[i],
            dUp.reshape(gates.length, 1).rows(i, i + 1),
            expectedDUp.reshape(gates.length, 1).rows(i, i + 1));
      }
    }
  }

  @Test
  void embedding() {
    for (DType dtype : DType.ofElements()) {
      for (int columns : SIZES) {
        try (Operands operands = new Operands(columns)) {
          Tensor table = operands.normal(dtype, 1, 11, columns);
          int[] ids = operands.integers(40, 11);
          Tensor out = operands.poisoned(40, columns);
          Tensor expected = operands.poisoned(40, columns);
          kernels.embedding(ids, table, out);
          reference.embedding(ids, table, expected);
          assertSame("out", out, expected);
          Tensor dTable = operands.normal(11, columns);
          Tensor expectedDTable = operands.copy(dTable);
          kernels.embeddingBackward(ids, out, dTable);
          reference.embeddingBackward(ids, out, expectedDTable);
          assertClose("dTable with repeated ids", dTable, expectedDTable);
        }
      }
    }
  }

  @Test
  void rows() {
    for (int columns : SIZES) {
      try (Operands operands = new Operands(columns)) {
        Tensor x = operands.normal(9, columns);
        int[] indices = {8, 0, 3, 5};
        Tensor out = operands.poisoned(4, columns);
        Tensor expected = operands.poisoned(4, columns);
        kernels.gatherRows(x, indices, out);
        reference.gatherRows(x, indices, expected);
        assertSame("gathered", out, expected);
        Tensor dX = operands.copy(x);
        Tensor expectedDx = operands.copy(x);
        kernels.scatterAddRows(out, indices, dX);
        reference.scatterAddRows(out, indices, expectedDx);
        assertSame("scattered", dX, expectedDx);
      }
    }
  }

  @Test
  void adamW() {
    for (int size : SIZES) {
      try (Operands operands = new Operands(size)) {
        Tensor param = operands.normal(size, 7);
        Tensor m = operands.normal(size, 7).fill(0);
        Tensor v = operands.normal(size, 7).fill(0);
        Tensor expectedParam = operands.copy(param);
        Tensor expectedM = operands.copy(m);
        Tensor expectedV = operands.copy(v);
        for (int step = 1; step <= 5; step++) {
          Tensor grad = operands.normal(size, 7);
          AdamWStep scalars = new AdamWStep(step, 1e-3, 0.9, 0.999, 1e-8, 0.01);
          kernels.adamW(param, grad, m, v, scalars, 0.5f);
          reference.adamW(expectedParam, grad, expectedM, expectedV, scalars, 0.5f);
        }
        assertClose("param", param, expectedParam);
        assertClose("m", m, expectedM);
        assertClose("v", v, expectedV);
      }
    }
  }

  @Test
  void nothingToDo() {
    try (Operands operands = new Operands(0)) {
      int[] none = {};
      Tensor table = operands.normal(5, 3);
      Tensor kept = operands.copy(table);
      Tensor rows = operands.poisoned(0, 3);
      Tensor vector = operands.poisoned(0);
      kernels.embedding(none, table, rows);
      kernels.embeddingBackward(none, rows, table);
      kernels.gatherRows(table, none, rows);
      kernels.scatterAddRows(rows, none, table);
      kernels.rmsNorm(rows, operands.normal(3), 1e-5f, rows, vector);
      kernels.swiGlu(rows, rows, rows);
      kernels.tokenLogProb(rows, table, none, vector, vector);
      kernels.tokenLogProbBackward(vector, rows, table, none, vector, rows, table);
      kernels.matmul(rows, false, table, true, 1, 0, operands.poisoned(0, 5));
      assertThat(kernels.sumOfSquares(rows)).isZero();
      assertSame("table", table, kept);
      // A product over nothing is 0, or what beta leaves.
      Tensor c = operands.poisoned(2, 4);
      kernels.matmul(operands.poisoned(2, 0), false, operands.poisoned(0, 4), false, 1, 0, c);
      assertSame("c", c, operands.normal(2, 4).fill(0));
    }
  }

  @Test
  void sumOfSquares() {
    for (int size : new int[] {1, 5, 16, 1000, 100_003}) {
      try (Operands operands = new Operands(size)) {
        Tensor x = operands.normal(size);
        double expected = reference.sumOfSquares(x);
        assertThat(kernels.sumOfSquares(x)).isCloseTo(expected, within(1e-9 * expected));
      }
    }
  }
}
