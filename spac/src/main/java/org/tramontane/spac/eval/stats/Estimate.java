package org.tramontane.spac.eval.stats;

import java.util.List;

/// A figure and how sure it is.
///
/// @param value the figure
/// @param standardError of it; NaN where one value says nothing about its spread
/// @param interval 95 %, by bootstrap
/// @param size documents
public record Estimate(double value, double standardError, Interval interval, int size) {
  private static final long SEED = 1234;

  /// The mean of a sample.
  public static Estimate of(Sample sample) {
    return new Estimate(
        sample.mean(),
        sample.standardError(),
        Interval.of(sample.bootstrap(Sample.RESAMPLES, SEED)),
        sample.size());
  }

  /// The average of independent samples' means, as the leaderboard averages its tasks.
  public static Estimate average(List<Sample> samples) {
    double value = samples.stream().mapToDouble(Sample::mean).average().orElseThrow();
    double variance =
        samples.stream().mapToDouble(s -> s.standardError() * s.standardError()).sum();
    double[] sums = new double[Sample.RESAMPLES];
    for (int t = 0; t < samples.size(); t++) {
      // Samples of the same size must not draw alike.
      double[] drawn = samples.get(t).bootstrap(Sample.RESAMPLES, SEED + t);
      for (int r = 0; r < sums.length; r++) {
        sums[r] += drawn[r] / samples.size();
      }
    }
    return new Estimate(
        value,
        Math.sqrt(variance) / samples.size(),
        Interval.of(sums),
        samples.stream().mapToInt(Sample::size).sum());
  }
}
