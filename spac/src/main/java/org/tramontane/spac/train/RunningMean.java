package org.tramontane.spac.train;

/// The mean of a stream of numbers: what BCO's trainer remembers between steps.
final class RunningMean {
  private long count;
  private double mean;

  /// Takes numbers in.
  void add(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value - mean;
    }
    count += values.length;
    mean += sum / count;
  }

  /// Of all numbers so far; 0 before the first.
  double mean() {
    return mean;
  }

  void describe(StatePart state) {
    state.putLongs("running_count", count).putDoubles("running_mean", mean);
  }

  void restore(StatePart state) {
    count = state.longValue("running_count");
    mean = state.doubleValue("running_mean");
  }
}
