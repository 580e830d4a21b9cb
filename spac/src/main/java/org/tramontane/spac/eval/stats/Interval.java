package org.tramontane.spac.eval.stats;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/// An interval that holds 95 % of resampled values.
///
/// @param low the 2.5th percentile
/// @param high the 97.5th percentile
public record Interval(double low, double high) {

  /// The interval of resampled values.
  public static Interval of(double[] resampled) {
    Percentile percentile = new Percentile();
    percentile.setData(resampled);
    return new Interval(percentile.evaluate(2.5), percentile.evaluate(97.5));
  }

  /// Whether `value` lies in it.
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
