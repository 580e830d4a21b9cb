package org.tramontane.tensor.internal;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Tensor;

/// The elements that [org.tramontane.tensor.Kernels#dropout] keeps, for backends on memory of the host.
public final class DropoutMask {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private DropoutMask() {}

  /// Drops out elements `from` (included) to `to` (excluded) of `x`.
  public static void apply(Tensor x, float p, long seed, Tensor out, long from, long to) {
    long threshold = (long) Math.ceil((double) p * (1 << 24));
    float scale = 1 / (1 - p);
    // Asked for once: a tensor that is asked for its memory looks for a device's copy first.
    MemorySegment in = x.data();
    MemorySegment kept = out.data();
    for (long i = from; i < to; i++) {
      float scaled = in.get(Tensor.FLOAT, 4 * i) * scale;
      boolean keeps = mix(seed + (i + 1) * GOLDEN_GAMMA) >>> 40 >= threshold;
      kept.set(Tensor.FLOAT, 4 * i, keeps ? scaled : 0);
    }
  }

  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long x = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
