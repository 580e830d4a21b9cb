package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tramontane.tests.conformance.Close.assertClose;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// Denormals, very large numbers, and rows that are all equal, where softmax has no favourite and derivatives cancel.
class ExtremesConformanceTest extends KernelTest {
  private static final float DENORMAL = 1e-41f;

  @Test
  void matmulOfDenormalsAndOfLargeNumbers() {
    for (double scale : new double[] {DENORMAL, 1e-20, 1e17}) {
      for (int rows : new int[] {1, 5, 40}) {
        try (Operands operands = new Operands(rows)) {
          Tensor a = operands.normal(DType.F32, scale, rows, 65);
          Tensor b = operands.normal(DType.F32, Math.max(1, scale), 33, 65);
          Tensor c = operands.poisoned(rows, 33);
          Tensor expected = operands.poisoned(rows, 33);
          kernels.matmul(a, false, b, true, 1, 0, c);
          reference.matmul(a, false, b, true, 1, 0, expected);
          assertClose("c at " + scale, c, expected);
        }
      }
    }
  }

  @Test
  void matmulOfEqualRows() {
    try (Operands operands = new Operands(1)) {
      Tensor a = operands.equalRows(DType.F32, 37, 50);
      Tensor b = operands.equalRows(DType.F32, 19, 50);
      Tensor c = operands.poisoned(37, 19);
      Tensor expected = operands.poisoned(37, 19);
      kernels.matmul(a, false, b, true, 1, 0, c);
      reference.matmul(a, false, b, true, 1, 0, expected);
      assertClose("c", c, expected);
    }
  }

  /// Equal keys: every key that a query sees weighs the same. Equal values too: the derivative with respect to scores is 0.
  @Test
  void attentionWithEqualRows() {
    for (boolean equalValues : new boolean[] {false, true}) {
      for (int window : new int[] {7, AttentionShape.NO_WINDOW}) {
        try (Operands operands = new Operands(window)) {
          Sequences sequences = Sequences.ofLengths(90, 1, 33);
          AttentionShape shape = new AttentionShape(4, 2, 16, window);
          int t = sequences.tokens();
          Tensor q = operands.normal(t, 64);
          Tensor k = operands.equalRows(DType.F32, t, 32);
          Tensor v = equalValues ? operands.equalRows(DType.F32, t, 32) : operands.normal(t, 32);
          Tensor out = operands.poisoned(t, 64);
          Tensor lse = operands.poisoned(t, 4);
          Tensor expected = operands.poisoned(t, 64);
          Tensor expectedLse = operands.poisoned(t, 4);
          kernels.attention(q, k, v, sequences, shape, out, lse);
          reference.attention(q, k, v, sequences, shape, expected, expectedLse);
          assertClose("out", out, expected);
          assertClose("logSumExp", lse, expectedLse);

          Tensor dOut = operands.normal(t, 64);
          Tensor dq = operands.poisoned(t, 64);
          Tensor dk = operands.poisoned(t, 32);
          Tensor dv = operands.poisoned(t, 32);
          Tensor expectedDq = operands.poisoned(t, 64);
          Tensor expectedDk = operands.poisoned(t, 32);
          Tensor expectedDv = operands.poisoned(t, 32);
          kernels.attentionBackward(
              dOut, q, k, v, expected, expectedLse, sequences, shape, dq, dk, dv);
          reference.attentionBackward(
              dOut,
              q,
              k,
              v,
              expected,
              expectedLse,
              sequences,
              shape,
              expectedDq,
              expectedDk,
              expectedDv);
          // All that is left of dQ, and of dK with equal values, is the rounding of terms of this
          // size.
          double score = 4 * Close.rms(dOut) * Close.rms(v);
          assertClose("dQ", dq, expectedDq, Close.F32, score * Close.rms(k));
          assertClose("dK", dk, expectedDk, Close.F32, score * Close.rms(q));
          assertClose("dV", dv, expectedDv);
        }
      }
    }
  }

  @Test
  void normOfExtremeRowsBackward() {
    try (Operands operands = new Operands(3)) {
      Tensor x = operands.normal(5, 33);
      x.rows(0, 1).fill(0);
      x.rows(1, 2).fill(DENORMAL);
      x.rows(2, 3).fill(1e15f);
      x.rows(3, 4).fill(-3);
      Tensor weight = operands.normal(33);
      Tensor inverseRms = operands.poisoned(5);
      reference.rmsNorm(x, weight, 1e-5f, operands.poisoned(5, 33), inverseRms);
      Tensor dOut = operands.normal(5, 33);
      Tensor dX = operands.normal(5, 33).fill(0);
      Tensor dWeight = operands.normal(33);
      Tensor expectedDx = operands.copy(dX);
      Tensor expectedDw = operands.copy(dWeight);
      kernels.rmsNormBackward(dOut, x, weight, inverseRms, dX, dWeight);
      reference.rmsNormBackward(dOut, x, weight, inverseRms, expectedDx, expectedDw);
      for (int row = 0; row < 5; row++) {
        assertClose("dX of row " + row, dX.rows(row, row + 1), expectedDx.rows(row, row + 1));
      }
      assertClose("dWeight", dWeight, expectedDw);
    }
  }

  /// A head of equal rows: every word is as likely as any other, and dX cancels.
  @Test
  void logProbOfEqualWords() {
    try (Operands operands = new Operands(4)) {
      Tensor x = operands.normal(13, 24);
      Tensor head = operands.equalRows(DType.F32, 70, 24);
      int[] targets = operands.integers(13, 70);
      Tensor logProb = operands.poisoned(13);
      Tensor lse = operands.poisoned(13);
      kernels.tokenLogProb(x, head, targets, logProb, lse);
      for (float value : logProb.toArray()) {
        // A logit of size L carries an error of L * 2^-23.
        assertThat(value).isCloseTo((float) -Math.log(70), within(1e-5f));
      }
      Tensor dLogProb = operands.normal(13);
      Tensor dX = operands.poisoned(13, 24);
      Tensor dHead = operands.normal(70, 24);
      Tensor expectedDx = operands.poisoned(13, 24);
      Tensor expectedDHead = operands.copy(dHead);
      kernels.tokenLogProbBackward(dLogProb, x, head, targets, lse, dX, dHead);
      reference.tokenLogProbBackward(dLogProb, x, head, targets, lse, expectedDx, expectedDHead);
      assertClose("dX", dX, expectedDx, Close.F32, Close.rms(dLogProb) * Close.rms(head));
      assertClose("dHead", dHead, expectedDHead);
    }
  }

  @Test
  void adamWOfNothingOfDenormalsAndOfLargeGradients() {
    float[] gradients = {0, -0f, DENORMAL, -DENORMAL, 1e-20f, 1, 1e15f, -1e15f};
    try (Operands operands = new Operands(5)) {
      Tensor grad = operands.normal(gradients.length).copyFrom(gradients);
      Tensor param = operands.normal(gradients.length);
      Tensor m = operands.normal(gradients.length).fill(0);
      Tensor v = operands.normal(gradients.length).fill(0);
      Tensor expectedParam = operands.copy(param);
      Tensor expectedM = operands.copy(m);
      Tensor expectedV = operands.copy(v);
      for (int step = 1; step <= 3; step++) {
        AdamWStep scalars = new AdamWStep(step, 1e-3, 0.9, 0.999, 1e-8, 0.01);
        kernels.adamW(param, grad, m, v, scalars, 1);
        reference.adamW(expectedParam, grad, expectedM, expectedV, scalars, 1);
      }
      for (int i = 0; i < gradients.length; i++) {
        for (Tensor[] pair :
            new Tensor[][] {{param, expectedParam}, {m, expectedM}, {v, expectedV}}) {
          assertThat(pair[0].get(i))
              .as("at a gradient of %s", gradients[i])
              .isCloseTo(
                  pair[1].get(i), within(1e-5f * Math.abs(pair[1].get(i)) + Float.MIN_NORMAL));
        }
      }
    }
  }

  @Test
  void sumOfSquaresOfExtremes() {
    for (float value : new float[] {0, DENORMAL, 1e-25f, 1e10f, 1e25f}) {
      try (Operands operands = new Operands(6)) {
        Tensor x = operands.normal(1000).fill(value);
        double expected = 1000.0 * value * value;
        assertThat(kernels.sumOfSquares(x))
            .as("of %s", value)
            .isCloseTo(expected, within(1e-6 * expected));
      }
    }
  }
}
