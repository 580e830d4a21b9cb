package org.tramontane.tensor.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExpTest {
  /// All floats whose exponential is neither 0 nor infinite, in steps small enough to meet every exponent and rounding.
  @Test
  void isWithinTwoUlpsOverTheWholeRange() {
    double worst = 0;
    float worstAt = 0;
    for (int bits = 0; bits >= 0 && bits < Float.floatToIntBits(110f); bits += 997) {
      for (float x : new float[] {Float.intBitsToFloat(bits), -Float.intBitsToFloat(bits)}) {
        double exact = StrictMath.exp(x);
        float expected = (float) exact;
        float actual = Exp.of(x);
        if (Float.isInfinite(expected)) {
          assertThat(actual).as("exp(%s)", x).isEqualTo(expected);
          continue;
        }
        double error = Math.abs(actual - exact) / Math.ulp(expected);
        if (error > worst) {
          worst = error;
          worstAt = x;
        }
      }
    }
    assertThat(worst).as("ulps at %s", worstAt).isLessThan(2);
  }

  @Test
  void extremes() {
    assertThat(Exp.of(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(Exp.of(-1e30f)).isEqualTo(0f);
    assertThat(Exp.of(-104f)).isEqualTo(0f);
    assertThat(Exp.of(-103f)).isEqualTo(Float.MIN_VALUE);
    assertThat(Exp.of(0f)).isEqualTo(1f);
    assertThat(Exp.of(-0f)).isEqualTo(1f);
    assertThat(Exp.of(88.72283f)).isFinite();
    assertThat(Exp.of(88.72284f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.of(1e30f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.of(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.of(Float.NaN)).isNaN();
  }

  @Test
  void vectorsGiveTheScalarsBits() {
    float[] xs = new float[Lanes.COUNT];
    float[] special = {
      Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN, -0f, 0f, 1e30f, -1e30f, 89
    };
    for (int round = 0; round < 4000; round++) {
      for (int i = 0; i < xs.length; i++) {
        int index = round * xs.length + i;
        xs[i] = index < special.length ? special[index] : (index % 40_009) * 0.005f - 110;
      }
      float[] ys = Exp.of(FloatVector.fromArray(Lanes.SPECIES, xs, 0)).toArray();
      for (int i = 0; i < xs.length; i++) {
        assertThat(Float.compare(ys[i], Exp.of(xs[i]))).as("exp(%s)", xs[i]).isZero();
      }
    }
  }

  @Test
  void softmaxVariantAgreesBelowOverflow() {
    for (float x = -120; x < 88; x += 0.37f) {
      float y = Exp.ofAtMostHighest(Lanes.broadcast(x)).lane(0);
      assertThat(y).as("exp(%s)", x).isEqualTo(Exp.of(x));
    }
    assertThat(Exp.ofAtMostHighest(Lanes.broadcast(Float.NEGATIVE_INFINITY)).lane(0)).isZero();
    assertThat(Exp.ofAtMostHighest(Lanes.broadcast(Float.NaN)).lane(0)).isNaN();
  }
}
