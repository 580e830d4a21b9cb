package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// `c = alpha * a b^T + beta * c` for few rows of `a`: dot products with the rows of a weight, which is read once.
///
/// This is the decoding step's product. It is bound by memory, so a weight stored in 16 bits takes half the time. Four rows
/// of the weight are read at a time; a row's sum is the same whether it was one of four or not.
final class DotRows {
  /// Multiply-adds per thread below which a second thread costs more than it brings.
  private static final long GRAIN_WORK = 1 << 15;

  /// Floats of the partial sums.
  private static final long SUMS = (long) DotFours.ROWS * Lanes.COUNT;

  /// Floats of the room for widened parts of rows.
  private static final long ROOM = (long) DotFours.ROWS * DotFours.PART;

  private final DType dtype;
  private final int k;
  private final long rowBytes;

  private DotRows(DType dtype, int k) {
    this.dtype = dtype;
    this.k = k;
    rowBytes = dtype.bytes(k);
  }

  static void run(
      Threads threads,
      Scratch scratch,
      int m,
      int n,
      Tensor a,
      Tensor b,
      float alpha,
      float beta,
      Tensor c) {
    int k = Math.toIntExact(b.columns());
    DotRows rows = new DotRows(b.dtype(), k);
    long x = a.readOnlyData().address();
    long w = b.readOnlyData().address();
    long y = c.data().address();
    threads.split(
        n,
        Math.max(1, GRAIN_WORK / ((long) k * m)),
        (worker, from, to) -> {
          long sums = scratch.of(worker, SUMS + ROOM);
          for (long row = from; row < to; ) {
            int count = row + DotFours.ROWS <= to ? DotFours.ROWS : 1;
            for (int i = 0; i < m; i++) {
              rows.addUp(x + 4L * i * k, w + row * rows.rowBytes, count, sums);
              for (int r = 0; r < count; r++) {
                long target = y + 4 * ((long) i * n + row + r);
                float dot = rows.dot(x + 4L * i * k, w + (row + r) * rows.rowBytes, sums, r);
                Lanes.set(
                    target,
                    beta == 0 ? alpha * dot : Math.fma(beta, Lanes.get(target), alpha * dot));
              }
            }
            row += count;
          }
        });
  }

  /// How many elements of a row are added up as vectors.
  private int vectors() {
    return (int) Lanes.bound(k);
  }

  /// Writes a vector of partial sums for each of `count` weight rows at `w`, one or four.
  private void addUp(long x, long w, int count, long sums) {
    int bound = vectors();
    Elementwise.zero(sums, SUMS);
    if (count == 1) {
      Lanes.store(sums, one(x, w, bound, sums + 4 * SUMS));
      return;
    }
    switch (dtype) {
      case F32 -> DotFours.f32(x, w, rowBytes, bound, sums);
      case BF16 -> DotFours.bf16(x, w, rowBytes, bound, sums);
      case F16, Q8_0 -> DotFours.widened(dtype, x, w, rowBytes, bound, sums, sums + 4 * SUMS);
    }
  }

  private FloatVector one(long x, long w, int n, long room) {
    FloatVector sum = Lanes.zero();
    if (dtype == DType.Q8_0) {
      for (int from = 0; from < n; from += DotFours.PART) {
        int part = Math.min(DotFours.PART, n - from);
        Widen.copy(dtype, w + dtype.bytes(from), room, part);
        for (int i = 0; i < part; i += Lanes.COUNT) {
          sum = Lanes.load(room + 4L * i).fma(Lanes.load(x + 4L * (from + i)), sum);
        }
      }
      return sum;
    }
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector y = Lanes.load(x + 4L * i);
      sum =
          switch (dtype) {
            case F32 -> Lanes.load(w + 4L * i).fma(y, sum);
            case BF16 -> Widen.loadBf16(w + 2L * i).fma(y, sum);
            case F16 -> Widen.loadF16(w + 2L * i).fma(y, sum);
            case Q8_0 -> throw new IllegalStateException("Q8_0 has no vectors of its own");
          };
    }
    return sum;
  }

  /// The dot product of `x` and the weight row at `w`, whose partial sums are the `r`th at `sums`.
  private float dot(long x, long w, long sums, int r) {
    float dot = Lanes.sum(Lanes.load(sums + r * Lanes.BYTES));
    for (int i = vectors(); i < k; i++) {
      dot = Math.fma(Lanes.get(x + 4L * i), Widen.get(dtype, w + dtype.bytes(i)), dot);
    }
    return dot;
  }
}
