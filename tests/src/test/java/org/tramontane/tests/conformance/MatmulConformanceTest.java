package org.tramontane.tests.conformance;

import static org.tramontane.tests.conformance.Close.assertClose;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

class MatmulConformanceTest extends KernelTest {

  private void check(
      long seed,
      int m,
      int n,
      int k,
      boolean ta,
      boolean tb,
      float alpha,
      float beta,
      DType weight) {
    try (Operands operands = new Operands(seed)) {
      Tensor a = ta ? operands.normal(k, m) : operands.normal(m, k);
      Tensor b = tb ? operands.normal(weight, 1, n, k) : operands.normal(weight, 1, k, n);
      Tensor actual = beta == 0 ? operands.poisoned(m, n) : operands.normal(m, n);
      Tensor expected = operands.copy(actual);
      kernels.matmul(a, ta, b, tb, alpha, beta, actual);
      reference.matmul(a, ta, b, tb, alpha, beta, expected);
      assertClose("c m=%d n=%d k=%d %b %b %s".formatted(m, n, k, ta, tb, weight), actual, expected);
    }
  }

  @Test
  void everyTransposeAtEverySize() {
    long seed = 1;
    for (int m : SIZES) {
      for (int n : new int[] {1, 5, 16, 33, 100}) {
        for (int k : new int[] {1, 7, 16, 65}) {
          for (int flags = 0; flags < 4; flags++) {
            check(seed++, m, n, k, (flags & 1) != 0, (flags & 2) != 0, 1, 0, DType.F32);
          }
        }
      }
    }
  }

  @Test
  void alphaAndBeta() {
    for (int size : SIZES) {
      check(size, size, 17, 9, false, true, 0.5f, 1, DType.F32);
      check(size, 5, size, 12, true, false, -2, 0.25f, DType.F32);
    }
  }

  @Test
  void narrowWeights() {
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      for (int size : SIZES) {
        check(size, 1, size, 40, false, true, 1, 0, dtype);
        check(size, size, 40, 33, false, true, 1, 0, dtype);
        check(size, 33, 24, size, false, false, 1, 1, dtype);
      }
    }
  }

  /// The product of decoding: every number of rows around four, and rows past what is widened at a time.
  @Test
  void fewRows() {
    for (DType dtype : DType.ofElements()) {
      for (int n : new int[] {1, 3, 4, 5, 7, 8, 130}) {
        for (int k : new int[] {1, 15, 16, 17, 256, 300, 515}) {
          check(n * 1000L + k, 1, n, k, false, true, 1, 0, dtype);
          check(n * 1000L + k, 3, n, k, false, true, -2, 0.5f, dtype);
        }
      }
    }
  }

  @Test
  void pastEveryTile() {
    check(1, 300, 520, 700, false, true, 1, 0, DType.F32);
    check(2, 300, 520, 700, true, false, 1, 1, DType.F32);
    check(3, 129, 1030, 257, false, false, 1, 0, DType.BF16);
    check(4, 3, 1100, 1000, false, true, 1, 0.5f, DType.BF16);
    check(5, 7, 1100, 1000, false, true, 2, 0, DType.F16);
    check(6, 5, 1000, 1100, false, false, 1, 0.5f, DType.BF16);
  }

  /// Around the edges of tiles of 64 and 128, where there are many of them.
  @Test
  void aroundManyTiles() {
    long seed = 1;
    for (int k : new int[] {1, 17, 65}) {
      for (int flags = 0; flags < 4; flags++) {
        boolean ta = (flags & 1) != 0;
        boolean tb = (flags & 2) != 0;
        check(seed++, 63, 6145, k, ta, tb, 1, 0, DType.F32);
        check(seed++, 129, 3073, k, ta, tb, -2, 0.5f, DType.F32);
      }
    }
    check(seed++, 12_289, 65, 17, false, true, 1, 1, DType.F32);
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      for (boolean tb : new boolean[] {false, true}) {
        check(seed++, 65, 6145, 64, false, tb, 1, 0, dtype);
        check(seed++, 33, 6145, 32, true, tb, 0.5f, 1, dtype);
      }
    }
  }

  @Test
  void sameBitsTwice() {
    try (Operands operands = new Operands(7)) {
      Tensor a = operands.normal(130, 200);
      Tensor b = operands.normal(90, 200);
      Tensor first = operands.poisoned(130, 90);
      Tensor second = operands.poisoned(130, 90);
      kernels.matmul(a, false, b, true, 1, 0, first);
      kernels.matmul(a, false, b, true, 1, 0, second);
      Close.assertSame("c", second, first);
    }
    try (Operands operands = new Operands(8)) {
      Tensor a = operands.normal(130, 200);
      Tensor b = operands.normal(3100, 200);
      Tensor first = operands.poisoned(130, 3100);
      Tensor second = operands.poisoned(130, 3100);
      kernels.matmul(a, false, b, true, 1, 0, first);
      kernels.matmul(a, false, b, true, 1, 0, second);
      Close.assertSame("c", second, first);
    }
  }

  @Test
  void addition() {
    for (int size : SIZES) {
      try (Operands operands = new Operands(size)) {
        Tensor x = operands.normal(size, 3);
        Tensor actual = operands.normal(size, 3);
        Tensor expected = operands.copy(actual);
        kernels.add(x, actual);
        reference.add(x, expected);
        Close.assertSame("y", actual, expected);
      }
    }
  }
}
