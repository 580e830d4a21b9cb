package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The exponential function in F32, in vectors and in a scalar twin that gives the same bits.
///
/// With `n = round(x / ln 2)` and `r = x - n ln 2`, `exp(x) = 2^n exp(r)`. As `|r| <= ln(2) / 2`, Taylor's polynomial of
/// degree 7 is off by less than a tenth of an ulp. ln 2 is split in two so that `n` times the first part is exact, and 2^n
/// is applied in two factors, so that results between the smallest subnormal and infinity come out by themselves.
final class Exp {
  private static final float LOG2_E = (float) (1 / Math.log(2));

  /// The first 16 bits of ln 2.
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);

  /// Adding 1.5 * 2^23 rounds to an integer and leaves it in the lower bits.
  private static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  /// Below this exp(x) rounds to 0.
  private static final float LOWEST = -103.98f;

  /// Above this exp(x) rounds to infinity.
  private static final float HIGHEST = 0x1.62e42ep6f;

  private static final int BIAS = 127;

  // As vectors, so that a loop's code holds loads instead of ten broadcasts to be compiled away.
  private static final FloatVector C7 = Lanes.broadcast(1f / 5040);
  private static final FloatVector C6 = Lanes.broadcast(1f / 720);
  private static final FloatVector C5 = Lanes.broadcast(1f / 120);
  private static final FloatVector C4 = Lanes.broadcast(1f / 24);
  private static final FloatVector C3 = Lanes.broadcast(1f / 6);
  private static final FloatVector C2 = Lanes.broadcast(1f / 2);
  private static final FloatVector ONE = Lanes.broadcast(1);
  private static final FloatVector MINUS_LN2_HIGH = Lanes.broadcast(-LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = Lanes.broadcast(-LN2_LOW);

  private Exp() {}

  static FloatVector of(FloatVector x) {
    return ofAtMostHighest(x)
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, HIGHEST));
  }

  /// exp(x) for `x` that does not overflow, as in a softmax, where no `x` is above 0.
  static FloatVector ofAtMostHighest(FloatVector x) {
    FloatVector rounded = x.mul(LOG2_E).add(ROUND);
    FloatVector n = rounded.sub(ROUND);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    FloatVector p =
        r.fma(C7, C6).fma(r, C5).fma(r, C4).fma(r, C3).fma(r, C2).fma(r, ONE).fma(r, ONE);
    IntVector exponent = rounded.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    FloatVector y = p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
    return y.blend(0f, x.compare(VectorOperators.LT, LOWEST));
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(BIAS).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  static float of(float x) {
    if (x < LOWEST) {
      return 0;
    }
    if (x > HIGHEST) {
      return Float.POSITIVE_INFINITY;
    }
    float rounded = x * LOG2_E + ROUND;
    float n = rounded - ROUND;
    float r = Math.fma(n, -LN2_HIGH, x);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(r, 1f / 5040, 1f / 720);
    p = Math.fma(p, r, 1f / 120);
    p = Math.fma(p, r, 1f / 24);
    p = Math.fma(p, r, 1f / 6);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    int exponent = Float.floatToRawIntBits(rounded) - ROUND_BITS;
    int half = exponent >> 1;
    return p * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + BIAS) << 23);
  }
}
