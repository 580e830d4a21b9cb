package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Inverted dropout, `out[i] = x[i] / (1 - p)` or 0, without a mask: element i survives where the upper 24 bits of
/// `mix(seed + (i + 1) * 0x9e3779b97f4a7c15)` are the threshold or more, with SplitMix64's finaliser as `mix` (Steele et al.
/// 2014, doi 10.1145/2660193.2660195). The same elements on every backend.
/// TornadoVM makes an unsigned shift a signed one, so a mask follows each.
///
/// Integers: elements, offset of x, offset of out, threshold, seed's upper half, seed's lower half. Reals: 1 / (1 - p).
public final class Dropout {
  private Dropout() {}

  /// One thread an element.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      long lower = ints.get(at + 5);
      if (lower < 0) {
        lower += 4_294_967_296L;
      }
      long upper = ints.get(at + 4);
      long seed = upper * 4_294_967_296L + lower;
      int number = i + 1;
      long element = number;
      long z = seed + element * 0x9e3779b97f4a7c15L;
      z = (z ^ ((z >> 30) & 0x3_ffff_ffffL)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ ((z >> 27) & 0x1f_ffff_ffffL)) * 0x94d049bb133111ebL;
      z = z ^ ((z >> 31) & 0x1_ffff_ffffL);
      int top = (int) (z >> 40);
      if (top < 0) {
        top += 1 << 24;
      }
      float value = 0;
      if (top >= ints.get(at + 3)) {
        value = memory.get(ints.get(at + 1) + i) * reals.get(realAt);
      }
      memory.set(ints.get(at + 2) + i, value);
    }
  }
}
