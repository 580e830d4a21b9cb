package org.tramontane.tensor;

/// How a tensor's elements are stored. Arithmetic is F32 whatever the storage: a kernel widens what it reads.
public enum DType {
  /// IEEE 754 binary32.
  F32(4),
  /// The upper 16 bits of a binary32: 8 bits of exponent, 7 of fraction.
  BF16(2),
  /// IEEE 754 binary16.
  F16(2);

  private final int byteSize;

  DType(int byteSize) {
    this.byteSize = byteSize;
  }

  /// Bytes of one element.
  public int byteSize() {
    return byteSize;
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
