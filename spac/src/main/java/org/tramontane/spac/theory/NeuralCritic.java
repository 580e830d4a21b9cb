package org.tramontane.spac.theory;

import java.util.random.RandomGenerator;

/// A critic whose rewards are a small network's. Its problem is not convex, so that an answer's certificate is that it is stationary: the projected
/// gradient, theta - clamp(theta - gradient), is short. No method of this size proves that no other minimum is lower.
///
/// What is done about that: in rounds 1, 2, 4, 8, ..., and where the way from the last round's answer misses the tolerance, the solver also starts from
/// random weights and keeps the best minimum; otherwise it goes on from the last round's. [#restartGain] says how much such starts ever gained, where the
/// way from the last answer ended within the tolerance.
public final class NeuralCritic implements Critic {
  private static final double AIM = 1e-8;
  private static final int STEPS = 500;

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
    // It happens that STEPS steps from the last answer are not enough; such a point is not played.
    boolean astray = residual(objective, theta) > tolerance;
    if (Integer.bitCount(round) == 1 || astray) {
      double followed = objective.value(theta);
      double best = astray ? Double.POSITIVE_INFINITY : followed;
      for (int i = 0; i < restarts; i++) {
        double[] other = stationary(objective, network.draw(random));
        double value = objective.value(other);
        // A start that ends nowhere in time is no answer.
        if (value < best && residual(objective, other) <= tolerance) {
          best = value;
          theta = other;
        }
      }
      if (round > 1 && !astray) {
        restartGain = Math.max(restartGain, followed - best);
      }
    }
    last = theta;
    return new Answer(network.rewards(theta), objective.value(theta), residual(objective, theta));
  }

  private double[] stationary(Objective objective, double[] start) {
    return ProjectedNewton.minimise(
        objective, network.box(), start, AIM, STEPS, (v, g) -> residual(v, g));
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
