package org.tramontane.tensor.cpu.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.tramontane.tensor.Tensor;

/// F32 vectors of the machine's preferred width, loaded from and stored to absolute addresses.
///
/// Kernels check their operands once, as whole tensors, and then address memory as native code does: through one segment
/// that spans the address space. That lets every thread read a tensor of a confined arena while its owner waits, and the
/// compiler sees one constant segment instead of several kinds of them.
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Floats per vector, a power of two.
  static final int COUNT = SPECIES.length();

  /// Bytes per vector.
  static final long BYTES = 4L * COUNT;

  @SuppressWarnings("restricted") // bounds are checked by operand, see above
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VectorShuffle<Float> FOLD_8 = fold(8);
  private static final VectorShuffle<Float> FOLD_4 = fold(4);
  private static final VectorShuffle<Float> FOLD_2 = fold(2);
  private static final VectorShuffle<Float> FOLD_1 = fold(1);

  private Lanes() {}

  private static VectorShuffle<Float> fold(int distance) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + distance) & (COUNT - 1));
  }

  static FloatVector zero() {
    return FloatVector.zero(SPECIES);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ByteOrder.LITTLE_ENDIAN);
  }

  static void store(long address, FloatVector value) {
    value.intoMemorySegment(MEMORY, address, ByteOrder.LITTLE_ENDIAN);
  }

  static float get(long address) {
    return MEMORY.get(Tensor.FLOAT, address);
  }

  static void set(long address, float value) {
    MEMORY.set(Tensor.FLOAT, address, value);
  }

  /// The largest multiple of [#COUNT] that is at most `n`.
  static long bound(long n) {
    return n & -COUNT;
  }

  /// The larger of each pair of lanes; where either is NaN, `a`.
  static FloatVector max(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  /// The sum of all lanes, added as a tree.
  ///
  /// `reduceLanes` leaves the order of additions open, and interpreted and compiled code use different ones; here it is
  /// the same always, so that results do not depend on when the JIT compiler steps in.
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (COUNT > 16) {
      return sumWide(v);
    }
    if (COUNT > 8) {
      s = s.add(s.rearrange(FOLD_8));
    }
    if (COUNT > 4) {
      s = s.add(s.rearrange(FOLD_4));
    }
    if (COUNT > 2) {
      s = s.add(s.rearrange(FOLD_2));
    }
    s = s.add(s.rearrange(FOLD_1));
    return s.lane(0);
  }

  private static float sumWide(FloatVector v) {
    float sum = 0;
    for (float lane : v.toArray()) {
      sum += lane;
    }
    return sum;
  }

  /// The largest lane, as [#max] finds it.
  static float max(FloatVector v) {
    return v.reduceLanes(VectorOperators.MAX);
  }
}
