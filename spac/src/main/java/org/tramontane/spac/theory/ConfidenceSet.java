package org.tramontane.spac.theory;

import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/// The rewards, entries in a box, whose mean loss on `data` is `limit` at most: those that the preferences don't refute at the 95 % level.
public final class ConfidenceSet {
  private static final double ERROR = 0.05;

  private final Comparisons data;
  private final double low;
  private final double high;
  private final double limit;
  private final PairObjective[] losses;

  private ConfidenceSet(Comparisons data, double low, double high, double limit) {
    this.data = data;
    this.low = low;
    this.high = high;
    this.limit = limit;
    this.losses = losses(data);
  }

  /// Wilks' set: 2 n (L(f) - min L) is at most the 95 % quantile of a chi-squared distribution with as many degrees of freedom as the table has. It holds
  /// the truth with 95 % as n grows with every response compared ever more often, and promises nothing where one is compared once or twice.
  public static ConfidenceSet wilks(Comparisons data, double low, double high) {
    double freedom = (double) data.prompts() * (data.responses() - 1);
    double quantile = new ChiSquaredDistribution(freedom).inverseCumulativeProbability(1 - ERROR);
    double[][] likeliest = Baselines.likeliestReward(data, low, high, 0);
    return new ConfidenceSet(
        data, low, high, loss(losses(data), likeliest) + quantile / 2 / data.count());
  }

  /// The set of the split likelihood ratio (Wasserman, Ramdas and Balakrishnan 2020, "Universal inference"): a reward g is fitted to half of the
  /// comparisons, and on the other half, m of them, f stays if m (L(f) - L(g)) is at most log(1 / 0.05).
  ///
  /// It holds the truth r with 95 % at every n, however few comparisons a response has: given g, the likelihood ratio of g against r on fresh data has
  /// mean 1, and exceeds 20 with probability 1/20 at most (Markov).
  ///
  /// @param seed of the split
  public static ConfidenceSet split(Comparisons data, double low, double high, long seed) {
    Comparisons[] halves = data.halves(new SplittableRandom(seed));
    double[][] fitted = Baselines.likeliestReward(halves[0], low, high, 1e-6);
    double limit = loss(losses(halves[1]), fitted) - Math.log(ERROR) / halves[1].count();
    return new ConfidenceSet(halves[1], low, high, limit);
  }

  private static PairObjective[] losses(Comparisons data) {
    PairObjective[] losses = new PairObjective[data.prompts()];
    for (int x = 0; x < losses.length; x++) {
      losses[x] = new PairObjective(data, x, 1, 0, 0);
    }
    return losses;
  }

  private static double loss(PairObjective[] losses, double[][] f) {
    double sum = 0;
    for (int x = 0; x < f.length; x++) {
      sum += losses[x].value(f[x]);
    }
    return sum;
  }

  /// Mean loss under `f` of the comparisons that the set is made of.
  public double loss(double[][] f) {
    return loss(losses, f);
  }

  /// Whether `f`, with entries in the box, is in the set.
  public boolean contains(double[][] f) {
    return loss(f) <= limit;
  }

  Comparisons data() {
    return data;
  }

  double low() {
    return low;
  }

  double high() {
    return high;
  }

  double limit() {
    return limit;
  }
}
