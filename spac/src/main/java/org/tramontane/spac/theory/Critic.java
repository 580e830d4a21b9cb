package org.tramontane.spac.theory;

/// The player who answers a policy with the reward that is worst for it among those that explain the data:
/// f = argmin_f E_pi f - E_mu f + lambda * mean_i -log sigmoid(f(x_i, win_i) - f(x_i, lose_i))
/// (SPAC, arXiv 2406.04274, the critic's step).
public interface Critic {
  /// The answer to `pi` `[X][Y]`.
  Answer answer(double[][] pi);

  /// A reward.
  final class Answer {
    private final double[][] f;
    private final double objective;
    private final double gap;

    Answer(double[][] f, double objective, double gap) {
      this.f = f;
      this.objective = objective;
      this.gap = gap;
    }

    /// `[X][Y]`; not a copy.
    public double[][] f() {
      return f;
    }

    /// The minimum's value.
    public double objective() {
      return objective;
    }

    /// How far above the true minimum the objective is, at most.
    public double gap() {
      return gap;
    }
  }
}
