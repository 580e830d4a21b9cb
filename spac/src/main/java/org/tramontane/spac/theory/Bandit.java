package org.tramontane.spac.theory;

/// A contextual bandit: uniform prompts x, finitely many responses y, a true reward r(x, y), and the distribution mu(y|x) that the
/// compared responses were drawn from.
public final class Bandit {
  private final double[][] reward;
  private final double[][] mu;

  /// @param reward `[X][Y]`
  /// @param mu `[X][Y]`, each row a distribution with full support
  public Bandit(double[][] reward, double[][] mu) {
    if (reward.length == 0 || reward.length != mu.length) {
      throw new IllegalArgumentException("reward: prompts are not those of mu");
    }
    for (int x = 0; x < mu.length; x++) {
      double sum = 0;
      for (double p : mu[x]) {
        if (!(p > 0)) {
          throw new IllegalArgumentException("mu: " + p + " at prompt " + x + ": allowed is > 0");
        }
        sum += p;
      }
      if (mu[x].length != reward[x].length || Math.abs(sum - 1) > 1e-9) {
        throw new IllegalArgumentException("mu: row " + x + " is no distribution over y");
      }
    }
    this.reward = reward;
    this.mu = mu;
  }

  /// X.
  public int prompts() {
    return reward.length;
  }

  /// Y.
  public int responses() {
    return reward[0].length;
  }

  double[][] reward() {
    return reward;
  }

  /// `[X][Y]`; not a copy.
  public double[][] mu() {
    return mu;
  }

  /// The best response of each prompt; equally good ones share the probability.
  public double[][] optimal() {
    return Policies.greedy(reward);
  }

  /// mean_x (max_y r - E_pi r).
  public double suboptimality(double[][] pi) {
    double sum = 0;
    for (int x = 0; x < reward.length; x++) {
      double best = Double.NEGATIVE_INFINITY;
      double mean = 0;
      for (int y = 0; y < reward[x].length; y++) {
        best = Math.max(best, reward[x][y]);
        mean += pi[x][y] * reward[x][y];
      }
      sum += best - mean;
    }
    return sum / reward.length;
  }

  /// The single-policy coverage coefficient of `pi`:
  /// C = sup_g (E_pi g - E_mu g) / sqrt(E_{y, y' ~ mu} (g(y) - g(y'))^2) over all functions g of (x, y).
  ///
  /// The denominator's square is twice the variance of g under mu, so that C^2 is half the chi-squared divergence of pi from mu,
  /// averaged over prompts.
  public double concentrability(double[][] pi) {
    double sum = 0;
    for (int x = 0; x < mu.length; x++) {
      for (int y = 0; y < mu[x].length; y++) {
        double excess = pi[x][y] / mu[x][y] - 1;
        sum += mu[x][y] * excess * excess;
      }
    }
    return Math.sqrt(sum / mu.length / 2);
  }
}
