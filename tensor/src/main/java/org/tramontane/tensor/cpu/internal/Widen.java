package org.tramontane.tensor.cpu.internal;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.internal.Q8Blocks;

/// Reads weights of any [DType] as F32; exact.
final class Widen {
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.SPECIES.vectorBitSize() / 2));

  /// The smallest vector of bytes, and its floats.
  private static final VectorSpecies<Byte> QUANTA = ByteVector.SPECIES_64;

  private static final VectorSpecies<Float> EIGHT_FLOATS = FloatVector.SPECIES_256;

  /// 2^112: what an F16 exponent lacks once its bits stand in an F32's exponent field.
  private static final float F16_REBIAS = 0x1p112f;

  /// An F16's sign, extended by the widening to int, and the rest of it, shifted by 13.
  private static final int F16_BITS = 0x8fff_e000;

  /// The first power of two that an F16 can't hold.
  private static final float F16_LIMIT = 0x1p16f;

  private static final int F32_INFINITY = 0x7f80_0000;

  private Widen() {}

  /// One vector of BF16 values: the upper halves of F32 values.
  static FloatVector loadBf16(long address) {
    return shorts(address).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /// One vector of F16 values.
  ///
  /// Sign, exponent and fraction move to their places in an F32, and one multiplication corrects the exponent's bias; it
  /// also normalises subnormals. Infinity and NaN come out as numbers from 2^16 on and need their exponent set.
  static FloatVector loadF16(long address) {
    FloatVector value =
        shorts(address)
            .lanewise(VectorOperators.LSHL, 13)
            .and(F16_BITS)
            .reinterpretAsFloats()
            .mul(F16_REBIAS);
    IntVector notFinite = value.reinterpretAsInts().or(F32_INFINITY);
    return value.blend(
        notFinite.reinterpretAsFloats(),
        value.lanewise(VectorOperators.ABS).compare(VectorOperators.GE, F16_LIMIT));
  }

  private static IntVector shorts(long address) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, Lanes.MEMORY, address, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.S2I, INTS, 0);
  }

  /// One value at `address`.
  static float get(DType dtype, long address) {
    return switch (dtype) {
      case F32 -> Lanes.get(address);
      case BF16 -> DType.bf16ToFloat(Lanes.MEMORY.get(Tensor.SHORT, address));
      case F16 -> Float.float16ToFloat(Lanes.MEMORY.get(Tensor.SHORT, address));
      case Q8_0 -> throw new IllegalArgumentException("Q8_0 is read block by block");
    };
  }

  /// Copies `n` values from `source`, stored as `dtype`, to F32 at `target`.
  static void copy(DType dtype, long source, long target, long n) {
    switch (dtype) {
      case F32 -> copyF32(source, target, n);
      case BF16 -> copyBf16(source, target, n);
      case F16 -> copyF16(source, target, n);
      case Q8_0 -> copyQ8(source, target, n);
    }
  }

  static void copyF32(long source, long target, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(target + 4 * i, Lanes.load(source + 4 * i));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(target + 4 * i, Lanes.get(source + 4 * i));
    }
  }

  private static void copyBf16(long source, long target, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(target + 4 * i, loadBf16(source + 2 * i));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(target + 4 * i, get(DType.BF16, source + 2 * i));
    }
  }

  private static void copyF16(long source, long target, long n) {
    long bound = Lanes.bound(n);
    for (long i = 0; i < bound; i += Lanes.COUNT) {
      Lanes.store(target + 4 * i, loadF16(source + 2 * i));
    }
    for (long i = bound; i < n; i++) {
      Lanes.set(target + 4 * i, get(DType.F16, source + 2 * i));
    }
  }

  /// Whole blocks: a scale, and 32 bytes that it multiplies.
  private static void copyQ8(long source, long target, long n) {
    for (long block = 0; block < n / Q8Blocks.ELEMENTS; block++) {
      long from = source + block * Q8Blocks.BYTES;
      long to = target + 4 * block * Q8Blocks.ELEMENTS;
      float scale = Float.float16ToFloat(Lanes.MEMORY.get(Tensor.SHORT, from));
      for (int i = 0; i < Q8Blocks.ELEMENTS; i += QUANTA.length()) {
        FloatVector values =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        QUANTA, Lanes.MEMORY, from + 2 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, EIGHT_FLOATS, 0);
        values.mul(scale).intoMemorySegment(Lanes.MEMORY, to + 4L * i, ByteOrder.LITTLE_ENDIAN);
      }
    }
  }

  /// The address of `weight` as F32: its own, or a widened copy at `room`.
  static long vector(Tensor weight, long room) {
    if (weight.dtype() == DType.F32) {
      return weight.readOnlyData().address();
    }
    copy(weight.dtype(), weight.readOnlyData().address(), room, weight.elements());
    return room;
  }
}
