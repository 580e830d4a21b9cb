package org.tramontane.spac.theory;

/// The player who answers a policy with the reward that is worst for it among those that explain the data:
/// f = argmin_f E_pi f - E_mu f + lambda * mean_i -log sigmoid(f(x_i, win_i) - f(x_i, lose_i))
/// (SPAC, arXiv 2406.04274, the critic's step).
public interface Critic {
  /// The answer to `pi` `[X][Y]`.
  Answer answer(double[][] pi);

  /// What this critic minimises against `pi`, at any reward `f` `[X][Y]` of its class.
  double objective(double[][] pi, double[][] f);

  /// What its answers prove.
  Certificate certificate();

  /// The largest residual that an answer may have.
  double tolerance();

  /// What is known of an answer, without knowing the minimum.
  enum Certificate {
    /// Residual: no reward of the class has an objective that is lower by more. Convex classes have it.
    OPTIMALITY_GAP("optimality gap"),

    /// Residual: the norm of the projected gradient. Where the class is not convex, nothing more can be had: other minima may be lower.
    STATIONARITY("projected gradient");

    private final String text;

    Certificate(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// A reward.
  final class Answer {
    private final double[][] f;
    private final double objective;
    private final double residual;

    Answer(double[][] f, double objective, double residual) {
      this.f = f;
      this.objective = objective;
      this.residual = residual;
    }

    /// `[X][Y]`; not a copy.
    public double[][] f() {
      return f;
    }

    /// What the critic minimises, at [#f].
    public double objective() {
      return objective;
    }

    /// How far [#f] is from what was asked for, as [Critic#certificate] says.
    public double residual() {
      return residual;
    }
  }
}
