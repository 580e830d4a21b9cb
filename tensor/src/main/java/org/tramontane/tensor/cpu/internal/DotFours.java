package org.tramontane.tensor.cpu.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import org.tramontane.tensor.DType;

/// Lane sums of the products of one row with four weight rows at a time.
///
/// Four streams from memory keep more reads under way than one, and a load of the row serves all four. Each method adds to
/// the four vectors at `sums` what `n` elements bring, `n` a multiple of [Lanes#COUNT]; the weight rows lie `stride` bytes
/// apart. Products of a row are added in one chain, so that its sum is the same whatever its neighbours are. Loops call
/// the Vector API directly, for the reason given in [RowTiles].
final class DotFours {
  static final int ROWS = 4;

  /// Elements of an F16 or Q8_0 row that are widened at a time.
  static final int PART = 256;

  /// Bytes of F32 per turn of a loop, in an array to hide it from C2: what it can't count it does not unroll. Unrolled, all
  /// loads of up to 16 turns come first and spill to the stack, which takes three times as long.
  static final long[] STEP = {Lanes.BYTES};

  private DotFours() {}

  /// Two lines of each row per turn: one is too little for the processor's prefetchers.
  static void f32(long x, long w, long stride, int n, long sums) {
    FloatVector s0 = Lanes.load(sums);
    FloatVector s1 = Lanes.load(sums + Lanes.BYTES);
    FloatVector s2 = Lanes.load(sums + 2 * Lanes.BYTES);
    FloatVector s3 = Lanes.load(sums + 3 * Lanes.BYTES);
    long step = STEP[0];
    long end = 4L * n;
    long i = 0;
    for (; i + step < end; i += 2 * step) {
      long p = x + i;
      FloatVector y = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN);
      p += step;
      FloatVector z = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN);
      p = w + i;
      s0 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(y, s0);
      p += step;
      s0 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(z, s0);
      p = w + i + stride;
      s1 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(y, s1);
      p += step;
      s1 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(z, s1);
      p = w + i + 2 * stride;
      s2 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(y, s2);
      p += step;
      s2 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(z, s2);
      p = w + i + 3 * stride;
      s3 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(y, s3);
      p += step;
      s3 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN).fma(z, s3);
    }
    if (i < end) {
      FloatVector y = Lanes.load(x + i);
      s0 = Lanes.load(w + i).fma(y, s0);
      s1 = Lanes.load(w + i + stride).fma(y, s1);
      s2 = Lanes.load(w + i + 2 * stride).fma(y, s2);
      s3 = Lanes.load(w + i + 3 * stride).fma(y, s3);
    }
    store(sums, s0, s1, s2, s3);
  }

  /// BF16 is the upper half of F32.
  static void bf16(long x, long w, long stride, int n, long sums) {
    FloatVector s0 = Lanes.load(sums);
    FloatVector s1 = Lanes.load(sums + Lanes.BYTES);
    FloatVector s2 = Lanes.load(sums + 2 * Lanes.BYTES);
    FloatVector s3 = Lanes.load(sums + 3 * Lanes.BYTES);
    long step = STEP[0];
    long end = 4L * n;
    for (long i = 0; i < end; i += step) {
      long p = x + i;
      FloatVector y = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, p, LITTLE_ENDIAN);
      p = w + (i >>> 1);
      ShortVector h = ShortVector.fromMemorySegment(Widen.SHORTS, Lanes.MEMORY, p, LITTLE_ENDIAN);
      Vector<Integer> bits = h.convertShape(S2I, Widen.INTS, 0).lanewise(LSHL, 16);
      s0 = bits.reinterpretAsFloats().fma(y, s0);
      p += stride;
      h = ShortVector.fromMemorySegment(Widen.SHORTS, Lanes.MEMORY, p, LITTLE_ENDIAN);
      bits = h.convertShape(S2I, Widen.INTS, 0).lanewise(LSHL, 16);
      s1 = bits.reinterpretAsFloats().fma(y, s1);
      p += stride;
      h = ShortVector.fromMemorySegment(Widen.SHORTS, Lanes.MEMORY, p, LITTLE_ENDIAN);
      bits = h.convertShape(S2I, Widen.INTS, 0).lanewise(LSHL, 16);
      s2 = bits.reinterpretAsFloats().fma(y, s2);
      p += stride;
      h = ShortVector.fromMemorySegment(Widen.SHORTS, Lanes.MEMORY, p, LITTLE_ENDIAN);
      bits = h.convertShape(S2I, Widen.INTS, 0).lanewise(LSHL, 16);
      s3 = bits.reinterpretAsFloats().fma(y, s3);
    }
    store(sums, s0, s1, s2, s3);
  }

  /// Widens a part of each row first, since a conversion has too many steps to do four in one loop.
  ///
  /// @param room for `ROWS * PART` floats
  static void widened(DType dtype, long x, long w, long stride, int n, long sums, long room) {
    for (int i = 0; i < n; i += PART) {
      int part = Math.min(PART, n - i);
      for (int row = 0; row < ROWS; row++) {
        Widen.copy(dtype, w + row * stride + dtype.bytes(i), room + 4L * row * PART, part);
      }
      f32(x + 4L * i, room, 4L * PART, part, sums);
    }
  }

  private static void store(
      long sums, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    s0.intoMemorySegment(Lanes.MEMORY, sums, LITTLE_ENDIAN);
    s1.intoMemorySegment(Lanes.MEMORY, sums + Lanes.BYTES, LITTLE_ENDIAN);
    s2.intoMemorySegment(Lanes.MEMORY, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN);
    s3.intoMemorySegment(Lanes.MEMORY, sums + 3 * Lanes.BYTES, LITTLE_ENDIAN);
  }
}
