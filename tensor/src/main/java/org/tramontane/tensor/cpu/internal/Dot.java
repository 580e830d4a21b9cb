package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;

/// The dot product of two rows of F32.
final class Dot {
  private Dot() {}

  /// `x . y` over `n` floats, in four chains of sums to hide the latency of the fused multiply-add.
  static float of(long x, long y, int n) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
      long px = x + 4L * i;
      long py = y + 4L * i;
      s0 = Lanes.load(px).fma(Lanes.load(py), s0);
      s1 = Lanes.load(px + Lanes.BYTES).fma(Lanes.load(py + Lanes.BYTES), s1);
      s2 = Lanes.load(px + 2 * Lanes.BYTES).fma(Lanes.load(py + 2 * Lanes.BYTES), s2);
      s3 = Lanes.load(px + 3 * Lanes.BYTES).fma(Lanes.load(py + 3 * Lanes.BYTES), s3);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = Lanes.load(x + 4L * i).fma(Lanes.load(y + 4L * i), s0);
    }
    float sum = Lanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(x + 4L * i), Lanes.get(y + 4L * i), sum);
    }
    return sum;
  }
}
