package org.tramontane.spac.theory;

import java.util.random.RandomGenerator;

/// A critic whose rewards are a small network's. Its problem is not convex, so that an answer's certificate is that it is stationary: the projected
/// gradient, theta - clamp(theta - gradient), is short. No method of this size proves that no other minimum is lower.
///
/// What is done about that: the solver, [TrustRegion], starts from the last round's answer and in rounds 1, 2, 4, 8, ... also from random weights, of which it keeps the best
/// minimum. [#restartGain] says how much such starts ever gained.
///
/// The way down is often a long bent valley: responses that are compared all the time make its walls, up to 10^7 times as curved as its floor. Most
/// searches end in dozens of steps a hundred times below the tolerance; a few take up to two thousand to the tolerance itself.
public final class NeuralCritic implements Critic {
  /// What is tried first, as a part of the tolerance, and for how many steps.
  private static final double AIM = 1e-2;

  private static final int STEPS = 500;

  /// After that the tolerance is enough; in 240 trials with tuning seeds no search needed more than 1,679 more steps.
  private static final int MORE_STEPS = 20_000;

  private final NeuralReward network;
  private final double[][] mu;
  private final PairObjective[] preferences;
  private final RandomGenerator random;
  private final int restarts;
  private final double tolerance;
  private double[] last;
  private int round;
  private double restartGain;

  /// @param lambda weight of the preferences' mean loss
  /// @param restarts random starts in a round that has them
  /// @param tolerance of the projected gradient's norm
  /// @param random what the starts are drawn from
  public NeuralCritic(
      Comparisons data,
      double[][] mu,
      NeuralReward network,
      double lambda,
      int restarts,
      double tolerance,
      RandomGenerator random) {
    this.network = network;
    this.mu = mu;
    this.restarts = restarts;
    this.tolerance = tolerance;
    this.random = random;
    this.preferences = new PairObjective[data.prompts()];
    for (int x = 0; x < preferences.length; x++) {
      preferences[x] = new PairObjective(data, x, lambda, 0, 0);
    }
    this.last = network.draw(random);
  }

  private PairObjective[] parts(double[][] pi) {
    PairObjective[] parts = new PairObjective[pi.length];
    for (int x = 0; x < pi.length; x++) {
      double[] linear = new double[pi[x].length];
      for (int y = 0; y < linear.length; y++) {
        linear[y] = (pi[x][y] - mu[x][y]) / pi.length;
      }
      parts[x] = preferences[x].withLinear(linear);
    }
    return parts;
  }

  /// What is minimised over theta against `pi`.
  Objective objective(double[][] pi) {
    return network.objective(parts(pi));
  }

  @Override
  public Certificate certificate() {
    return Certificate.STATIONARITY;
  }

  @Override
  public double tolerance() {
    return tolerance;
  }

  @Override
  public double objective(double[][] pi, double[][] f) {
    PairObjective[] parts = parts(pi);
    double sum = 0;
    for (int x = 0; x < parts.length; x++) {
      sum += parts[x].value(f[x]);
    }
    return sum;
  }

  @Override
  public Answer answer(double[][] pi) {
    Objective objective = objective(pi);
    round++;
    double[] theta = stationary(objective, last);
    if (Integer.bitCount(round) == 1) {
      double followed = objective.value(theta);
      double best = followed;
      for (int i = 0; i < restarts; i++) {
        double[] other = stationary(objective, network.draw(random));
        double value = objective.value(other);
        if (value < best && residual(objective, other) <= tolerance) {
          best = value;
          theta = other;
        }
      }
      if (round > 1) {
        restartGain = Math.max(restartGain, followed - best);
      }
    }
    last = theta;
    return new Answer(network.rewards(theta), objective.value(theta), residual(objective, theta));
  }

  private double[] stationary(Objective objective, double[] start) {
    ConvexSet.Box box = network.box();
    double[] theta =
        TrustRegion.minimise(objective, box, start, AIM * tolerance, STEPS, this::residual);
    return residual(objective, theta) <= tolerance
        ? theta
        : TrustRegion.minimise(objective, box, theta, tolerance, MORE_STEPS, this::residual);
  }

  private double residual(Objective objective, double[] theta) {
    return residual(theta, objective.gradient(theta));
  }

  /// |theta - clamp(theta - gradient)|.
  private double residual(double[] theta, double[] gradient) {
    ConvexSet.Box box = network.box();
    double sum = 0;
    for (int i = 0; i < theta.length; i++) {
      double step = theta[i] - Math.clamp(theta[i] - gradient[i], box.low(), box.high());
      sum += step * step;
    }
    return Math.sqrt(sum);
  }

  /// The most by which random starts, after round 1, were lower than the minimum that was followed from round to round.
  public double restartGain() {
    return restartGain;
  }
}
