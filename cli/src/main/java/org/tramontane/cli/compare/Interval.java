package org.tramontane.cli.compare;

import java.util.Arrays;

/// A mean with its 95 % confidence interval by Student's t: `mean ± t(0.975, n - 1) s / sqrt(n)`.
///
/// @param mean of the values; NaN if there are none
/// @param halfWidth of the interval; NaN for fewer than two values
/// @param n how many values
record Interval(double mean, double halfWidth, int n) {
  /// t(0.975, df) for df = 1 to 30.
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /// The interval of values; those that are NaN are left out.
  static Interval of(double... values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    int n = known.length;
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    if (n < 2) {
      return new Interval(mean, Double.NaN, n);
    }
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    return new Interval(mean, student(n - 1) * Math.sqrt(squares / (n - 1) / n), n);
  }

  /// Above 30 degrees of freedom the first term of the expansion around the normal quantile, good to three digits.
  private static double student(int freedom) {
    return freedom <= STUDENT.length ? STUDENT[freedom - 1] : 1.960 + 2.4 / freedom;
  }
}
