package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Matrix products of tensors.
public final class MatMul {
  /// Up to so many rows, one product of the weight with a vector per row is faster than one product of matrices.
  private static final int FEW_ROWS = 4;

  /// Elements of a widened panel of a BF16 or F16 weight: 16 MiB.
  private static final long PANEL = 1 << 22;

  private final Memory memory;
  private final Scratch.Slot wide;

  /// Products on `memory`.
  public MatMul(Memory memory, Scratch scratch) {
    this.memory = memory;
    wide = scratch.slot();
  }

  /// `c = alpha * op(a) op(b) + beta * c` for `op(a)` `[m, k]` and `op(b)` `[k, n]`.
  public void run(
      long m,
      long n,
      long k,
      Tensor a,
      boolean transposeA,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Tensor c) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      scale(c, beta);
      return;
    }
    boolean byRows = transposeB && m <= FEW_ROWS && (!transposeA || m == 1);
    Region left = memory.of(a);
    Region right = memory.of(b);
    Region result = memory.of(c);
    long panel = b.dtype() == DType.F32 ? n : Math.clamp(PANEL / k, 1, n);
    for (long from = 0; from < n; from += panel) {
      long width = Math.min(panel, n - from);
      INDArray part = part(right, b.dtype(), transposeB, from, width, n, k);
      if (byRows) {
        for (long row = 0; row < m; row++) {
          INDArray target = result.vector(row * n + from, width);
          Ops.multiply(alpha, part, false, left.vector(row * k, k), false, beta, target);
        }
      } else {
        INDArray factor = transposeA ? left.matrix(0, k, m) : left.matrix(0, m, k);
        INDArray target = result.matrix(from, m, width, n);
        Ops.multiply(alpha, factor, transposeA, part, transposeB, beta, target);
      }
    }
  }

  /// The `width` columns of op(b) from `from` on, in F32.
  private INDArray part(
      Region b, DType dtype, boolean transposeB, long from, long width, long n, long k) {
    INDArray stored = transposeB ? b.matrix(from * k, width, k) : b.matrix(from, k, width, n);
    if (dtype == DType.F32) {
      return stored;
    }
    INDArray widened = transposeB ? wide.matrix(width, k) : wide.matrix(k, width);
    Ops.copy(stored, widened);
    return widened;
  }

  private void scale(Tensor c, float beta) {
    INDArray all = memory.of(c).vector(0, c.elements());
    if (beta == 0) {
      all.assign(0);
    } else {
      Ops.scale(all, beta, all);
    }
  }
}
