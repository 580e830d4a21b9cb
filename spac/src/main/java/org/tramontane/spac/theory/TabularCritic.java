package org.tramontane.spac.theory;

/// A critic whose rewards are any table with entries in a box. The prompts are independent problems.
///
/// Its objective has a ridge, `(ridge / 2) sum (f - (low + high) / 2)^2`, which may be 0; then adding a constant to a prompt's rewards changes
/// nothing.
public final class TabularCritic implements Critic {
  private final ConvexSet.Box box;
  private final double gap;
  private final double aim;
  private final double[][] mu;
  private final PairObjective[] preferences;
  private final double[][] last;

  /// @param lambda weight of the preferences' mean loss
  /// @param gap how far an answer may be above its minimum, at most, summed over prompts
  /// @param aim the gap that the solver tries to reach, smaller than `gap`
  public TabularCritic(
      Comparisons data,
      double[][] mu,
      double lambda,
      double low,
      double high,
      double ridge,
      double gap,
      double aim) {
    this.box = new ConvexSet.Box(low, high);
    this.gap = gap;
    this.aim = aim;
    this.mu = mu;
    this.last = new double[data.prompts()][data.responses()];
    this.preferences = new PairObjective[data.prompts()];
    for (int x = 0; x < preferences.length; x++) {
      preferences[x] = new PairObjective(data, x, lambda, ridge, (low + high) / 2);
    }
  }

  /// What the critic minimises at prompt `x` against `pi`.
  PairObjective objective(int x, double[] pi) {
    double[] linear = new double[pi.length];
    for (int y = 0; y < pi.length; y++) {
      linear[y] = (pi[y] - mu[x][y]) / mu.length;
    }
    return preferences[x].withLinear(linear);
  }

  ConvexSet.Box box() {
    return box;
  }

  @Override
  public Certificate certificate() {
    return Certificate.OPTIMALITY_GAP;
  }

  @Override
  public double tolerance() {
    return gap;
  }

  @Override
  public double objective(double[][] pi, double[][] f) {
    double sum = 0;
    for (int x = 0; x < pi.length; x++) {
      sum += objective(x, pi[x]).value(f[x]);
    }
    return sum;
  }

  @Override
  public Answer answer(double[][] pi) {
    double[][] f = new double[pi.length][];
    double value = 0;
    double certified = 0;
    for (int x = 0; x < pi.length; x++) {
      Minimum minimum =
          ProjectedNewton.minimise(objective(x, pi[x]), box, last[x], aim / pi.length);
      f[x] = minimum.point();
      last[x] = f[x];
      value += minimum.value();
      certified += minimum.gap();
    }
    return new Answer(f, value, certified);
  }
}
