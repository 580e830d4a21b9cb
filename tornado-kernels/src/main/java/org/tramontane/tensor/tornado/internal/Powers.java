package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Tensor;

/// What a 16-bit float's sign and exponent stand for, so that it becomes a float with one small look-up and a multiplication.
///
/// Let t be the bits of sign and exponent, read as a number, and f the bits of the fraction. The value is
/// `scale[t] * (f + one)`, where one is 128 for BF16 and 1,024 for F16, and for F16's subnormal numbers `scale[t] * f`. Both
/// factors and the product have few bits, so nothing is rounded. A table of all 65,536 words would not fit the memory beside a
/// processor's arithmetic, and from further away two look-ups a float cost more than the weight itself.
///
/// Subnormal BF16, below 1.2e-38, counts as 0. Infinity and NaN become NaN.
final class Powers {
  /// Scales of BF16: 9 bits of sign and exponent.
  static final int BF16 = 512;

  /// Scales of F16: 6 bits of sign and exponent; then as many products of scale and one, 0 for subnormal numbers.
  static final int F16 = 64;

  /// Floats of all tables.
  static final int ALL = BF16 + 2 * F16;

  private Powers() {}

  /// Writes BF16's scales, F16's scales and F16's products.
  ///
  /// @param at byte of the first
  static void write(MemorySegment to, long at) {
    for (int t = 0; t < BF16; t++) {
      int exponent = t % 256;
      float scale = exponent == 255 ? Float.NaN : (float) Math.scalb(1.0, exponent - 127 - 7);
      // The smallest exponents give a subnormal scale, exact all the same: 2^-133 at least.
      float signed = exponent == 0 ? 0 : t < 256 ? scale : -scale;
      to.set(Tensor.FLOAT, at + 4L * t, signed);
    }
    for (int t = 0; t < F16; t++) {
      int exponent = t % 32;
      float scale = exponent == 31 ? Float.NaN : Math.scalb(1f, Math.max(exponent, 1) - 15 - 10);
      float signed = t < 32 ? scale : -scale;
      to.set(Tensor.FLOAT, at + 4L * (BF16 + t), signed);
      to.set(Tensor.FLOAT, at + 4L * (BF16 + F16 + t), exponent == 0 ? 0 : signed * 1024);
    }
  }
}
