package org.tramontane.spac.theory;

import java.util.ArrayList;
import java.util.List;

/// A critic whose rewards are any table with entries in a box. The prompts are independent problems.
///
/// Its objective has a ridge, `(ridge / 2) sum (f - (low + high) / 2)^2`, which may be 0; then adding a constant to a prompt's rewards changes
/// nothing.
public final class TabularCritic implements Critic {
  private final ConvexSet.Box box;
  private final double gap;
  private final double[][] mu;
  private final List<Pairs> pairs = new ArrayList<>();
  private final double ridge;
  private final double[][] last;

  private static final class Pairs {
    final List<double[]> differences = new ArrayList<>();
    final List<Double> weights = new ArrayList<>();
  }

  /// @param lambda weight of the preferences' mean loss
  /// @param gap how far each answer may be above its minimum, at most, summed over prompts
  public TabularCritic(
      Comparisons data,
      double[][] mu,
      double lambda,
      double low,
      double high,
      double ridge,
      double gap) {
    this.box = new ConvexSet.Box(low, high);
    this.gap = gap;
    this.mu = mu;
    this.ridge = ridge;
    int responses = data.responses();
    this.last = new double[data.prompts()][responses];
    for (int x = 0; x < data.prompts(); x++) {
      Pairs prompt = new Pairs();
      for (int a = 0; a < responses; a++) {
        for (int b = 0; b < responses; b++) {
          if (data.wins(x, a, b) > 0) {
            double[] difference = new double[responses];
            difference[a] += 1;
            difference[b] -= 1;
            prompt.differences.add(difference);
            prompt.weights.add(lambda * data.wins(x, a, b) / data.count());
          }
        }
      }
      pairs.add(prompt);
    }
  }

  /// What the critic minimises at prompt `x` against `pi`.
  PreferenceObjective objective(int x, double[] pi) {
    double[] linear = new double[pi.length];
    for (int y = 0; y < pi.length; y++) {
      linear[y] = (pi[y] - mu[x][y]) / mu.length;
    }
    return objective(linear, pairs.get(x));
  }

  private PreferenceObjective objective(double[] linear, Pairs prompt) {
    double centre = (box.low() + box.high()) / 2;
    return new PreferenceObjective(
        linear,
        prompt.differences.toArray(double[][]::new),
        prompt.weights.stream().mapToDouble(Double::doubleValue).toArray(),
        ridge,
        centre);
  }

  ConvexSet.Box box() {
    return box;
  }

  @Override
  public Answer answer(double[][] pi) {
    double[][] f = new double[pi.length][];
    double value = 0;
    double certified = 0;
    for (int x = 0; x < pi.length; x++) {
      Minimum minimum =
          ProjectedNewton.minimise(objective(x, pi[x]), box, last[x], gap / pi.length);
      f[x] = minimum.point();
      last[x] = f[x];
      value += minimum.value();
      certified += minimum.gap();
    }
    return new Answer(f, value, certified);
  }
}
