package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Matrix products of tensors: chooses the loop by shape and dtype, and splits the result over the threads.
public final class MatMul {
  /// Up to so many rows a product with a transposed weight is bound by reading the weight once.
  private static final int FEW_ROWS = 4;

  /// Multiply-adds below which a second thread costs more than it brings.
  private static final long SPLIT_WORK = 1 << 17;

  /// Parts of the result begin at multiples of so many rows or columns, so that inner tiles stay whole.
  private static final int TILE = 16;

  /// Floats of a widened panel of a BF16, F16 or Q8_0 weight: 4 MiB, a share of the outer cache.
  private static final long PANEL_FLOATS = 1 << 20;

  private final Threads threads;
  private final Scratch scratch;
  private final Gemm gemm;

  /// Products by `gemm` on `threads`.
  public MatMul(Threads threads, Scratch scratch, Gemm gemm) {
    this.threads = threads;
    this.scratch = scratch;
    this.gemm = gemm;
  }

  /// `c = alpha * op(a) op(b) + beta * c` for `op(a)` `[m, k]` and `op(b)` `[k, n]`.
  public void run(
      int m,
      int n,
      int k,
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
    boolean rowsLie = !transposeA || m == 1;
    if (m <= FEW_ROWS && rowsLie && transposeB && k > 0) {
      DotRows.run(threads, scratch, m, n, a, b, alpha, beta, c);
    } else if (b.dtype() == DType.F32) {
      Matrix left = Matrix.reading(a, transposeA);
      Matrix right = Matrix.reading(b, transposeB);
      split(m, n, k, alpha, left, right, beta, Matrix.of(c, false));
    } else {
      widened(
          m, n, k, Matrix.reading(a, transposeA), b, transposeB, alpha, beta, Matrix.of(c, false));
    }
  }

  private void split(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    long work = (long) m * n * Math.max(k, 1);
    boolean byRows = m >= n;
    int extent = byRows ? m : n;
    long tiles = (extent + TILE - 1L) / TILE;
    long grain = work < SPLIT_WORK ? tiles : 1;
    threads.split(
        tiles,
        grain,
        (worker, from, to) -> {
          int start = (int) from * TILE;
          int length = Math.min(extent, (int) to * TILE) - start;
          if (byRows) {
            gemm.multiply(length, n, k, alpha, a.from(start, 0), b, beta, c.from(start, 0));
          } else {
            gemm.multiply(m, length, k, alpha, a, b.from(0, start), beta, c.from(0, start));
          }
        });
  }

  /// Each thread widens its columns of op(b) panel by panel and multiplies with the copy.
  private void widened(
      int m,
      int n,
      int k,
      Matrix a,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Matrix c) {
    int tile = Math.max(TILE, b.dtype().blockElements()); // a part begins with a whole block
    int panel = Math.clamp(PANEL_FLOATS / Math.max(1, k), tile, 1024) / tile * tile;
    long tiles = (n + tile - 1L) / tile;
    long work = (long) m * n * Math.max(k, 1);
    threads.split(
        tiles,
        work < SPLIT_WORK ? tiles : 1,
        (worker, from, to) -> {
          int end = Math.min(n, (int) to * tile);
          long room = scratch.of(worker, (long) Math.min(panel, end) * k);
          for (int start = (int) from * tile; start < end; start += panel) {
            int width = Math.min(panel, end - start);
            Matrix wide = widen(b, transposeB, start, width, k, room);
            gemm.multiply(m, width, k, alpha, a, wide, beta, c.from(0, start));
          }
        });
  }

  private static Matrix widen(
      Tensor b, boolean transposeB, int start, int width, int k, long room) {
    long source = b.readOnlyData().address();
    if (transposeB) {
      Widen.copy(b.dtype(), source + b.dtype().bytes((long) start * k), room, (long) width * k);
      return new Matrix(room, k, true);
    }
    for (int row = 0; row < k; row++) {
      long from = source + b.dtype().bytes(row * b.columns() + start);
      Widen.copy(b.dtype(), from, room + 4L * row * width, width);
    }
    return new Matrix(room, width, false);
  }
}
