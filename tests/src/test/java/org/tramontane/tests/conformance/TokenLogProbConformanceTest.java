package org.tramontane.tests.conformance;

import static org.tramontane.tests.conformance.Close.assertClose;
import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

class TokenLogProbConformanceTest extends KernelTest {

  private void check(
      int n, int columns, int vocabulary, double scale, DType dtype, double tolerance) {
    String what =
        "n=%d columns=%d vocabulary=%d scale=%s %s".formatted(n, columns, vocabulary, scale, dtype);
    try (Operands operands = new Operands(what.hashCode())) {
      Tensor x = operands.normal(DType.F32, scale, n, columns);
      Tensor head = operands.normal(dtype, 1, vocabulary, columns);
      int[] targets = operands.integers(n, vocabulary);
      Tensor logProb = operands.poisoned(n);
      Tensor lse = operands.poisoned(n);
      Tensor expected = operands.poisoned(n);
      Tensor expectedLse = operands.poisoned(n);
      kernels.tokenLogProb(x, head, targets, logProb, lse);
      reference.tokenLogProb(x, head, targets, expected, expectedLse);
      assertClose("logSumExp " + what, lse, expectedLse, tolerance);
      assertClose("logProb " + what, logProb, expected, tolerance);

      Tensor dLogProb = operands.normal(n);
      Tensor dX = operands.poisoned(n, columns);
      Tensor dHead = operands.normal(vocabulary, columns);
      Tensor expectedDx = operands.poisoned(n, columns);
      Tensor expectedDHead = operands.copy(dHead);
      Tensor dXAlone = operands.poisoned(n, columns);
      kernels.tokenLogProbBackward(dLogProb, x, head, targets, expectedLse, dX, dHead);
      reference.tokenLogProbBackward(
          dLogProb, x, head, targets, expectedLse, expectedDx, expectedDHead);
      // onehot - p cancels where p is near 1, and an F32 logit of size L puts an error of L * 2^-23
      // into p.
      double g = Close.rms(dLogProb) * Math.max(1, Close.rms(expectedLse) / 8);
      assertClose("dX " + what, dX, expectedDx, tolerance, g * Close.rms(head));
      assertClose("dHead " + what, dHead, expectedDHead, tolerance, g * Close.rms(x));
      kernels.tokenLogProbBackward(dLogProb, x, head, targets, expectedLse, dXAlone, null);
      assertSame("dX without dHead " + what, dXAlone, dX);
    }
  }

  @Test
  void sizes() {
    for (int n : SIZES) {
      check(n, 24, 50, 1, DType.F32, Close.F32);
    }
    for (int columns : SIZES) {
      check(9, columns, 33, 1, DType.F32, Close.F32);
    }
    for (int vocabulary : SIZES) {
      check(5, 16, vocabulary, 1, DType.F32, Close.F32);
    }
  }

  @Test
  void pastEveryChunk() {
    check(300, 32, 5000, 0.3, DType.F32, Close.F32);
    check(70, 16, 9001, 0.3, DType.BF16, Close.F32);
  }

  @Test
  void narrowHeads() {
    check(17, 40, 100, 1, DType.BF16, Close.F32);
    check(17, 40, 100, 1, DType.F16, Close.F32);
  }

  @Test
  void largeLogits() {
    // Logits of several hundred carry an absolute F32 error of about 1e-5 each, which the softmax
    // turns into a relative one.
    check(20, 64, 100, 50, DType.F32, 2e-4);
  }
}
