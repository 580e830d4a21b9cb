package org.tramontane.cli.report;

import java.util.Arrays;

/// Counts of values in bins of equal width.
///
/// @param low where the first bin begins
/// @param high where the last bin ends, above `low`
/// @param counts per bin, one or more
// Counts stay a primitive array; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record Histogram(double low, double high, int[] counts) {
  /// Checks the range.
  public Histogram {
    if (!(high > low) || counts.length == 0) {
      throw new IllegalArgumentException(
          "a histogram from " + low + " to " + high + " with " + counts.length + " bins");
    }
  }

  /// A histogram of values, one or more, which are finite.
  public static Histogram of(double[] values, int bins) {
    double least = Arrays.stream(values).min().orElseThrow();
    double most = Arrays.stream(values).max().orElseThrow();
    double pad = most > least ? 0 : Math.max(0.5, Math.abs(least) * 0.1);
    double low = least - pad;
    double high = most + pad;
    int[] counts = new int[bins];
    for (double value : values) {
      counts[Math.min(bins - 1, (int) ((value - low) / (high - low) * bins))]++;
    }
    return new Histogram(low, high, counts);
  }

  /// Where bin `i` begins; for the number of bins, where the last one ends.
  double edge(int i) {
    return low + (high - low) * i / counts.length;
  }
}
