package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Matrix products of tensors.
public final class MatMul {
  /// Up to so many rows, one product of the weight with a vector per row is faster than one product of matrices.
  private static final int FEW_ROWS = 4;

  /// Elements of a widened panel of a BF16 or F16 weight: 4 MiB.
  private static final long PANEL = 1 << 20;

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
    // The stored rows of b are op(b)'s columns, or what the product sums over.
    long rows = b.rows();
    long panel = b.dtype() == DType.F32 ? rows : Math.clamp(PANEL / b.columns(), 1, rows);
    boolean vectors = transposeB && m <= FEW_ROWS && (!transposeA || m == 1);
    Region left = memory.of(a);
    Region result = memory.of(c);
    for (long from = 0; from < rows; from += panel) {
      long count = Math.min(panel, rows - from);
      INDArray part = widened(b, from, count);
      if (vectors) {
        for (long row = 0; row < m; row++) {
          INDArray target = result.vector(row * n + from, count);
          Ops.product(alpha, part, false, left.vector(row * k, k), false, beta, target);
        }
      } else if (transposeB) {
        INDArray factor = transposeA ? left.matrix(0, k, m) : left.matrix(0, m, k);
        INDArray target = result.matrix(from, m, count, n);
        Ops.product(alpha, factor, transposeA, part, true, beta, target);
      } else {
        INDArray factor =
            transposeA ? left.matrix(from * m, count, m) : left.matrix(from, m, count, k);
        float before = from == 0 ? beta : 1;
        Ops.product(alpha, factor, transposeA, part, false, before, result.matrix(0, m, n));
      }
    }
  }

  /// `count` stored rows of `b` from `from` on, in F32.
  private INDArray widened(Tensor b, long from, long count) {
    INDArray stored = memory.of(b).matrix(from * b.columns(), count, b.columns());
    if (b.dtype() == DType.F32) {
      return stored;
    }
    INDArray result = wide.matrix(count, b.columns());
    Ops.copy(stored, result);
    return result;
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
