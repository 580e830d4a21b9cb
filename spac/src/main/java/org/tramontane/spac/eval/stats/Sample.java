package org.tramontane.spac.eval.stats;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/// Values of the documents of one task, in one group or, as MMLU's subjects, in several whose means are averaged.
///
/// The estimate is the mean of the groups' means. Groups are independent, so its standard error is
/// `sqrt(sum_g s_g^2 / n_g) / G` with the unbiased variances `s_g^2`; with one group, `s / sqrt(n)`, as the harness has it.
///
/// @param groups one or more, none empty
public record Sample(List<double[]> groups) {
  /// How often the bootstrap draws.
  public static final int RESAMPLES = 2000;

  /// Checks that there is something.
  public Sample {
    groups = List.copyOf(groups);
    if (groups.isEmpty() || groups.stream().anyMatch(group -> group.length == 0)) {
      throw new IllegalArgumentException("a sample needs a group, and each group a value");
    }
  }

  /// One group.
  public static Sample of(double... values) {
    return new Sample(List.of(values));
  }

  /// How many values.
  public int size() {
    return groups.stream().mapToInt(group -> group.length).sum();
  }

  /// All values.
  public double[] values() {
    return groups.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /// The mean of the groups' means.
  public double mean() {
    return groups.stream().mapToDouble(Sample::mean).average().orElseThrow();
  }

  /// The standard error of [#mean]; NaN if a group has a single value.
  public double standardError() {
    double variance = 0;
    for (double[] group : groups) {
      double mean = mean(group);
      double squares = 0;
      for (double value : group) {
        squares += (value - mean) * (value - mean);
      }
      variance += squares / (group.length - 1) / group.length; // 0 / 0 for a single value
    }
    return Math.sqrt(variance) / groups.size();
  }

  /// The plain sum in order, as the harness has it, for the same last bits.
  private static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /// Means of samples drawn from this one with replacement, group by group (Efron 1979).
  ///
  /// @param seed the same gives the same
  public double[] bootstrap(int resamples, long seed) {
    RandomGenerator random = new Well19937c(seed);
    double[] means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      for (double[] group : groups) {
        double groupSum = 0;
        for (int i = 0; i < group.length; i++) {
          groupSum += group[random.nextInt(group.length)];
        }
        sum += groupSum / group.length;
      }
      means[r] = sum / groups.size();
    }
    return means;
  }
}
