package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/// Comparisons of arrays with reference answers.
final class Expect {
  private Expect() {}

  /// Every element is within `tolerance`.
  static void close(String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).as(what).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        fail("%s[%d] is %s, expected %s within %.3g", what, i, actual[i], expected[i], tolerance);
      }
    }
  }

  /// The difference's length is at most `tolerance` times the expected length.
  static void closeAsVector(String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).as(what).isEqualTo(expected.length);
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      length += expected[i] * expected[i];
    }
    assertThat(Math.sqrt(difference))
        .as("%s: the length of the difference", what)
        .isLessThanOrEqualTo(tolerance * Math.sqrt(length));
  }

  /// The elements widened.
  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
