package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import org.tramontane.tensor.Tensor;

/// `y += x` and scaling.
public final class Elementwise {
  private static final long GRAIN = 1 << 14;

  private Elementwise() {}

  /// `y += x` over the threads.
  public static void add(Threads threads, Tensor x, Tensor y) {
    long source = x.readOnlyData().address();
    long target = y.data().address();
    threads.split(
        x.elements(),
        GRAIN,
        (worker, from, to) -> add(source + 4 * from, target + 4 * from, to - from));
  }

  /// `y += x` for `n` floats.
  static void add(long x, long y, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(y + 4 * i, Lanes.load(y + 4 * i).add(Lanes.load(x + 4 * i)));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(y + 4 * i, Lanes.get(y + 4 * i) + Lanes.get(x + 4 * i));
    }
  }

  /// `y += factor * x` for `n` floats.
  static void addScaled(float factor, long x, long y, long n) {
    FloatVector f = Lanes.broadcast(factor);
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(y + 4 * i, f.fma(Lanes.load(x + 4 * i), Lanes.load(y + 4 * i)));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(y + 4 * i, Math.fma(factor, Lanes.get(x + 4 * i), Lanes.get(y + 4 * i)));
    }
  }

  /// `y *= factor` for `n` floats.
  static void scale(float factor, long y, long n) {
    FloatVector f = Lanes.broadcast(factor);
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(y + 4 * i, Lanes.load(y + 4 * i).mul(f));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(y + 4 * i, Lanes.get(y + 4 * i) * factor);
    }
  }

  /// `y = 0` for `n` floats.
  static void zero(long y, long n) {
    Lanes.MEMORY.asSlice(y, 4 * n).fill((byte) 0);
  }
}
