package org.tramontane.tensor.cpu.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;

/// Attention's two products for four query heads that share a key and a value, held in registers.
///
/// One load of a key or value serves all four heads, so that every load from the cache is the only one of its line, and
/// the processor finds the next ones early enough to overlap them with arithmetic. The methods are small, and they call
/// the Vector API directly instead of through [Lanes]: C2 stops inlining ordinary methods beyond a number of instructions,
/// and a vector that is not inlined lives on the heap.
final class RowTiles {
  static final int HEADS = 4;

  /// Keys of one call of [#dots].
  static final int SCORED = 2;

  /// Values of one call of [#add].
  static final int ADDED = 4;

  private RowTiles() {}

  private static FloatVector weight(long address) {
    return FloatVector.broadcast(Lanes.SPECIES, Lanes.get(address));
  }

  /// For two keys `j` writes a vector to `sums + j * sumStride`: the joint sums of the dot products of the four heads
  /// `query + h * 4 n` with `key + j * keyStride`, as [LaneSums] has them; `n` floats each, a multiple of [Lanes#COUNT].
  static void dots(long query, long key, long keyStride, int n, long sums, long sumStride) {
    FloatVector a0 = Lanes.zero();
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    long step = DotFours.STEP[0];
    long row = 4L * n;
    for (long d = 0; d < row; d += step) {
      long x = query + d;
      FloatVector a = Lanes.load(key + d);
      FloatVector b = Lanes.load(key + keyStride + d);
      FloatVector q = Lanes.load(x);
      a0 = a.fma(q, a0);
      b0 = b.fma(q, b0);
      q = Lanes.load(x + row);
      a1 = a.fma(q, a1);
      b1 = b.fma(q, b1);
      q = Lanes.load(x + 2 * row);
      a2 = a.fma(q, a2);
      b2 = b.fma(q, b2);
      q = Lanes.load(x + 3 * row);
      a3 = a.fma(q, a3);
      b3 = b.fma(q, b3);
    }
    Lanes.store(sums, LaneSums.join(a0, a1, a2, a3));
    Lanes.store(sums + sumStride, LaneSums.join(b0, b1, b2, b3));
  }

  /// For heads `h` adds `sum over j of weight[j][h] * value_j` to `target + h * 4 n`, where four weights of each head lie at
  /// `weights + j * weightStride + 4 h` and the values, `n` floats each, `valueStride` apart; `n` is a multiple of
  /// [Lanes#COUNT].
  static void add(
      long weights, long weightStride, long value, long valueStride, long target, int n) {
    FloatVector a0 = weight(weights);
    FloatVector b0 = weight(weights + 4);
    FloatVector c0 = weight(weights + 8);
    FloatVector d0 = weight(weights + 12);
    long w = weights + weightStride;
    FloatVector a1 = weight(w);
    FloatVector b1 = weight(w + 4);
    FloatVector c1 = weight(w + 8);
    FloatVector d1 = weight(w + 12);
    w += weightStride;
    FloatVector a2 = weight(w);
    FloatVector b2 = weight(w + 4);
    FloatVector c2 = weight(w + 8);
    FloatVector d2 = weight(w + 12);
    w += weightStride;
    FloatVector a3 = weight(w);
    FloatVector b3 = weight(w + 4);
    FloatVector c3 = weight(w + 8);
    FloatVector d3 = weight(w + 12);
    long step = DotFours.STEP[0];
    long row = 4L * n;
    for (long i = 0; i < row; i += step) {
      long v = value + i;
      FloatVector v0 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, v, LITTLE_ENDIAN);
      v += valueStride;
      FloatVector v1 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, v, LITTLE_ENDIAN);
      v += valueStride;
      FloatVector v2 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, v, LITTLE_ENDIAN);
      v += valueStride;
      FloatVector v3 = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, v, LITTLE_ENDIAN);
      long t = target + i;
      FloatVector sum =
          FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, t, LITTLE_ENDIAN);
      sum = v3.fma(a3, v2.fma(a2, v1.fma(a1, v0.fma(a0, sum))));
      sum.intoMemorySegment(Lanes.MEMORY, t, LITTLE_ENDIAN);
      t += row;
      sum = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, t, LITTLE_ENDIAN);
      sum = v3.fma(b3, v2.fma(b2, v1.fma(b1, v0.fma(b0, sum))));
      sum.intoMemorySegment(Lanes.MEMORY, t, LITTLE_ENDIAN);
      t += row;
      sum = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, t, LITTLE_ENDIAN);
      sum = v3.fma(c3, v2.fma(c2, v1.fma(c1, v0.fma(c0, sum))));
      sum.intoMemorySegment(Lanes.MEMORY, t, LITTLE_ENDIAN);
      t += row;
      sum = FloatVector.fromMemorySegment(Lanes.SPECIES, Lanes.MEMORY, t, LITTLE_ENDIAN);
      sum = v3.fma(d3, v2.fma(d2, v1.fma(d1, v0.fma(d0, sum))));
      sum.intoMemorySegment(Lanes.MEMORY, t, LITTLE_ENDIAN);
    }
  }
}
