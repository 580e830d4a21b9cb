package org.tramontane.tensor;

import java.util.List;

/// How a tensor's elements are stored. Arithmetic is F32 whatever the storage: a kernel widens what it reads.
public enum DType {
  /// IEEE 754 binary32.
  F32(1, 4),
  /// The upper 16 bits of a binary32: 8 bits of exponent, 7 of fraction.
  BF16(1, 2),
  /// IEEE 754 binary16.
  F16(1, 2),
  /// Blocks of 32 elements, as ggml has them: an F16 scale, then 32 signed bytes that it multiplies. For frozen weights
  /// whose columns are a multiple of 32; it is read element by element, but written as a whole only.
  Q8_0(32, 34);

  private final int blockElements;
  private final int blockBytes;

  DType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /// The types whose elements stand alone, so that a tensor of any shape can be stored so.
  public static List<DType> ofElements() {
    return List.of(F32, BF16, F16);
  }

  /// Elements that are stored together: 1, or 32 for [#Q8_0].
  public int blockElements() {
    return blockElements;
  }

  /// Bytes of `elements` elements.
  ///
  /// @param elements whole blocks
  public long bytes(long elements) {
    if (elements % blockElements != 0) {
      throw new IllegalArgumentException(
          this + " of " + elements + " elements; allowed: multiples of " + blockElements);
    }
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /// The float that `bits`, a BF16 value, stands for; exact.
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// `value` rounded to the nearest BF16, ties to even; a NaN stays a NaN.
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
