package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// `c = alpha * a b^T + beta * c` for few rows of `a`: dot products with the rows of a weight, which is read once.
///
/// This is the decoding step's product. It is bound by memory, so a weight stored in 16 bits takes half the time.
final class DotRows {
  /// Multiply-adds per thread below which a second thread costs more than it brings.
  private static final long GRAIN_WORK = 1 << 15;

  private DotRows() {}

  static void run(
      Threads threads, int m, int n, int k, Tensor a, Tensor b, float alpha, float beta, Tensor c) {
    long x = a.data().address();
    long w = b.data().address();
    long y = c.data().address();
    DType dtype = b.dtype();
    long rowBytes = (long) k * dtype.byteSize();
    threads.split(
        n,
        Math.max(1, GRAIN_WORK / ((long) k * m)),
        (worker, from, to) -> {
          for (long row = from; row < to; row++) {
            for (int i = 0; i < m; i++) {
              float dot = dot(dtype, x + 4L * i * k, w + row * rowBytes, k);
              long target = y + 4 * ((long) i * n + row);
              Lanes.set(
                  target, beta == 0 ? alpha * dot : Math.fma(beta, Lanes.get(target), alpha * dot));
            }
          }
        });
  }

  private static float dot(DType dtype, long x, long w, int n) {
    return switch (dtype) {
      case F32 -> dotF32(x, w, n);
      case BF16 -> dotBf16(x, w, n);
      case F16 -> dotF16(x, w, n);
    };
  }

  static float dotF32(long x, long w, int n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
      long px = x + 4L * i;
      long pw = w + 4L * i;
      s0 = Lanes.load(px).fma(Lanes.load(pw), s0);
      s1 = Lanes.load(px + Lanes.BYTES).fma(Lanes.load(pw + Lanes.BYTES), s1);
      s2 = Lanes.load(px + 2 * Lanes.BYTES).fma(Lanes.load(pw + 2 * Lanes.BYTES), s2);
      s3 = Lanes.load(px + 3 * Lanes.BYTES).fma(Lanes.load(pw + 3 * Lanes.BYTES), s3);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).fma(Lanes.load(w + 4L * i), s0);
    }
    float sum = Lanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(x + 4L * i), Lanes.get(w + 4L * i), sum);
    }
    return sum;
  }

  private static float dotBf16(long x, long w, int n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
      long px = x + 4L * i;
      long pw = w + 2L * i;
      s0 = Lanes.load(px).fma(Widen.loadBf16(pw), s0);
      s1 = Lanes.load(px + Lanes.BYTES).fma(Widen.loadBf16(pw + Lanes.BYTES / 2), s1);
      s2 = Lanes.load(px + 2 * Lanes.BYTES).fma(Widen.loadBf16(pw + Lanes.BYTES), s2);
      s3 = Lanes.load(px + 3 * Lanes.BYTES).fma(Widen.loadBf16(pw + 3 * Lanes.BYTES / 2), s3);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).fma(Widen.loadBf16(w + 2L * i), s0);
    }
    float sum = Lanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(x + 4L * i), Widen.get(DType.BF16, w + 2L * i), sum);
    }
    return sum;
  }

  private static float dotF16(long x, long w, int n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).fma(Widen.loadF16(w + 2L * i), s0);
      s1 =
          Lanes.load(x + 4L * i + Lanes.BYTES).fma(Widen.loadF16(w + 2L * i + Lanes.BYTES / 2), s1);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).fma(Widen.loadF16(w + 2L * i), s0);
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(x + 4L * i), Widen.get(DType.F16, w + 2L * i), sum);
    }
    return sum;
  }
}
