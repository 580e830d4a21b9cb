package org.tramontane.tensor.cpu.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Adds up the lanes of many vectors at once: as many vectors as a vector has lanes become one vector of their sums.
///
/// Joining two vectors adds lanes whose numbers differ in one bit, and keeps the sums of the first where that bit is 0 and
/// those of the second where it is 1. Once a vector has been joined over every bit, lane `i` holds the sum of the vector
/// whose number is `i`. The order of additions is fixed.
final class LaneSums {
  private static final VectorMask<Float> BIT_0 = mask(0);
  private static final VectorMask<Float> BIT_1 = mask(1);
  private static final VectorMask<Float> BIT_2 = mask(2);
  private static final VectorMask<Float> BIT_3 = mask(3);
  private static final VectorShuffle<Float> SWAP_0 = swap(0);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_3 = swap(3);

  private LaneSums() {}

  private static VectorMask<Float> mask(int bit) {
    long lanes = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      lanes |= ((long) lane >> bit & 1) << lane;
    }
    return VectorMask.fromLong(Lanes.SPECIES, lanes);
  }

  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(Lanes.SPECIES, lane -> (lane ^ 1 << bit) & (Lanes.COUNT - 1));
  }

  /// Joins four vectors over bits 0 and 1.
  static FloatVector join(FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
    FloatVector low = v0.blend(v1, BIT_0).add(v1.blend(v0, BIT_0).rearrange(SWAP_0));
    FloatVector high = v2.blend(v3, BIT_0).add(v3.blend(v2, BIT_0).rearrange(SWAP_0));
    return low.blend(high, BIT_1).add(high.blend(low, BIT_1).rearrange(SWAP_1));
  }

  /// Joins `Lanes.COUNT / 4` vectors at `x`, each the result of [#join], over the other bits, and writes the sums, times
  /// `scale`, to `out`; destroys `x`.
  static void finish(long x, float scale, long out) {
    switch (Lanes.COUNT) {
      case 4 -> Lanes.store(out, Lanes.load(x).mul(scale));
      case 8 -> finishTwo(x, scale, out);
      case 16 -> finishFour(x, scale, out);
      default -> finishMany(x, scale, out);
    }
  }

  private static void finishTwo(long x, float scale, long out) {
    FloatVector a = Lanes.load(x);
    FloatVector b = Lanes.load(x + Lanes.BYTES);
    FloatVector sums = a.blend(b, BIT_2).add(b.blend(a, BIT_2).rearrange(SWAP_2));
    Lanes.store(out, sums.mul(scale));
  }

  private static void finishFour(long x, float scale, long out) {
    FloatVector a = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, x, LITTLE_ENDIAN);
    long at = x + Lanes.BYTES;
    FloatVector b = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, at, LITTLE_ENDIAN);
    FloatVector low = a.blend(b, BIT_2).add(b.blend(a, BIT_2).rearrange(SWAP_2));
    at += Lanes.BYTES;
    a = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, at, LITTLE_ENDIAN);
    at += Lanes.BYTES;
    b = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, at, LITTLE_ENDIAN);
    FloatVector high = a.blend(b, BIT_2).add(b.blend(a, BIT_2).rearrange(SWAP_2));
    FloatVector sums = low.blend(high, BIT_3).add(high.blend(low, BIT_3).rearrange(SWAP_3));
    sums.mul(scale).intoMemorySegment(Lanes.MEMORY, out, LITTLE_ENDIAN);
  }

  private static void finishMany(long x, float scale, long out) {
    int bit = 2;
    for (int pairs = Lanes.COUNT / 8; pairs > 0; pairs /= 2) {
      for (int i = 0; i < pairs; i++) {
        FloatVector a = Lanes.load(x + 2L * i * Lanes.BYTES);
        FloatVector b = Lanes.load(x + (2L * i + 1) * Lanes.BYTES);
        FloatVector joint = a.blend(b, mask(bit)).add(b.blend(a, mask(bit)).rearrange(swap(bit)));
        Lanes.store(x + i * Lanes.BYTES, joint);
      }
      bit++;
    }
    Lanes.store(out, Lanes.load(x).mul(scale));
  }
}
