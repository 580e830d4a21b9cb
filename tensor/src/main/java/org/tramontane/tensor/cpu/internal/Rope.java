package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Tensor;

/// Rotary position embedding, in place.
public final class Rope {
  private static final long GRAIN = 1 << 13;

  private Rope() {}

  /// Rotates every head of every row of `x` by its position's angles, or back.
  public static void run(
      Threads threads, Tensor x, int[] positions, RopeTable table, boolean inverse) {
    int half = table.headDim() / 2;
    long columns = x.columns();
    int heads = (int) (columns / table.headDim());
    long px = x.data().address();
    long cos = table.cos().readOnlyData().address();
    long sin = table.sin().readOnlyData().address();
    float sign = inverse ? -1 : 1;
    threads.split(
        positions.length,
        Math.max(1, GRAIN / Math.max(1, columns)),
        (worker, from, to) -> {
          for (int t = (int) from; t < to; t++) {
            long angles = 4L * positions[t] * half;
            long row = px + 4L * t * columns;
            for (int h = 0; h < heads; h++) {
              rotate(row + 8L * h * half, cos + angles, sin + angles, sign, half);
            }
          }
        });
  }

  private static void rotate(long head, long cos, long sin, float sign, int half) {
    int bound = (int) Lanes.bound(half);
    long upper = head + 4L * half;
    for (int m = 0; m < bound; m += Lanes.COUNT) {
      FloatVector a = Lanes.load(head + 4L * m);
      FloatVector b = Lanes.load(upper + 4L * m);
      FloatVector c = Lanes.load(cos + 4L * m);
      FloatVector s = Lanes.load(sin + 4L * m).mul(sign);
      Lanes.store(head + 4L * m, a.mul(c).sub(b.mul(s)));
      Lanes.store(upper + 4L * m, b.mul(c).add(a.mul(s)));
    }
    for (int m = bound; m < half; m++) {
      float a = Lanes.get(head + 4L * m);
      float b = Lanes.get(upper + 4L * m);
      float c = Lanes.get(cos + 4L * m);
      float s = Lanes.get(sin + 4L * m) * sign;
      Lanes.set(head + 4L * m, a * c - b * s);
      Lanes.set(upper + 4L * m, b * c + a * s);
    }
  }
}
