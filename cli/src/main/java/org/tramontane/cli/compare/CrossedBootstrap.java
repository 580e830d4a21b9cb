package org.tramontane.cli.compare;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A 95 % interval of a mean over seeds and pairs by the bootstrap: seeds and pairs are drawn anew, each with replacement and
/// independently of the other, and the interval is that of the percentiles 2.5 and 97.5 of the means.
///
/// All seeds are evaluated on the same pairs, so a pair that is drawn is drawn for all of them. With few seeds their part is too
/// small by a factor of about sqrt((S - 1) / S), because S values vary less than what they were drawn from; one seed has no part.
///
/// @param mean of all values
/// @param low end of the interval
/// @param high end of the interval
record CrossedBootstrap(double mean, double low, double high) {
  private static final int RESAMPLES = 4000;
  private static final long SEED = 20240604;

  /// The interval of `values[seed][pair]`, the same from call to call.
  ///
  /// @param values one row or more, all of one length, 1 or more; where one is not finite, nothing is known of the mean
  static CrossedBootstrap of(double[][] values) {
    int seeds = values.length;
    int pairs = values[0].length;
    double mean =
        Arrays.stream(values).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
    if (!Double.isFinite(mean)) {
      return new CrossedBootstrap(Double.NaN, Double.NaN, Double.NaN);
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    double[] means = new double[RESAMPLES];
    int[] times = new int[seeds];
    for (int r = 0; r < RESAMPLES; r++) {
      Arrays.fill(times, 0);
      for (int i = 0; i < seeds; i++) {
        times[random.nextInt(seeds)]++;
      }
      double sum = 0;
      for (int j = 0; j < pairs; j++) {
        int pair = random.nextInt(pairs);
        for (int i = 0; i < seeds; i++) {
          if (times[i] > 0) {
            sum += times[i] * values[i][pair];
          }
        }
      }
      means[r] = sum / ((double) seeds * pairs);
    }
    Arrays.sort(means);
    return new CrossedBootstrap(mean, percentile(means, 0.025), percentile(means, 0.975));
  }

  /// Between the two nearest values, linearly.
  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /// Whether the interval lies on one side of 0.
  boolean isApartFromZero() {
    return low > 0 || high < 0;
  }
}
