package org.tramontane.spac.theory;

/// SPAC-T, the game of arXiv 2406.04274 (Algorithm 1): in each round the critic answers the policy, the policy takes a step of mirror descent,
/// pi_{t+1}(y|x) proportional to pi_t(y|x) exp(eta f_t(x, y)), and the answer is the uniform mixture of pi_1..pi_T.
public final class SpacT {
  private final double[][] last;
  private final double[][] mixture;
  private final RegretBound bound;
  private final int rounds;
  private double residual;

  /// Is shown each round.
  public interface Observer {
    /// Round `t` from 1: the policy and the critic's answer to it.
    void round(int t, double[][] pi, Critic.Answer answer);
  }

  private SpacT(Critic critic, double[][] start, double eta, int rounds, Observer observer) {
    this.rounds = rounds;
    bound = new RegretBound(start, eta);
    double[][] pi = start;
    mixture = new double[start.length][start[0].length];
    for (int t = 1; t <= rounds; t++) {
      Critic.Answer answer = critic.answer(pi);
      if (!(answer.residual() <= critic.tolerance())) {
        throw new IllegalStateException(
            "critic: at round %d its %s is %.3g, above the tolerance of %.3g"
                .formatted(t, critic.certificate(), answer.residual(), critic.tolerance()));
      }
      residual = Math.max(residual, answer.residual());
      bound.add(pi, answer.f(), t);
      observer.round(t, pi, answer);
      for (int x = 0; x < pi.length; x++) {
        for (int y = 0; y < pi[x].length; y++) {
          mixture[x][y] += pi[x][y] / rounds;
        }
      }
      pi = Policies.tilt(pi, answer.f(), eta);
    }
    last = pi;
  }

  /// Plays `rounds` rounds from `start`.
  ///
  /// @param start pi_1 `[X][Y]`, with full support
  /// @param eta step of the policy, > 0
  /// @param observer is shown every round
  /// @throws IllegalStateException if the policy player's regret bound is ever exceeded, or a critic's answer is worse than its tolerance
  public static SpacT play(
      Critic critic, double[][] start, double eta, int rounds, Observer observer) {
    if (!(eta > 0) || rounds < 1) {
      throw new IllegalArgumentException(
          "eta %s, rounds %d: allowed are > 0 and >= 1".formatted(eta, rounds));
    }
    return new SpacT(critic, start, eta, rounds, observer);
  }

  /// pi_{T+1}.
  public double[][] last() {
    return last;
  }

  /// (1/T) sum of pi_1..pi_T.
  public double[][] mixture() {
    return mixture;
  }

  /// The least slack of the regret bound over all rounds, prompts and responses; not negative, but for rounding.
  public double regretSlack() {
    return bound.slack();
  }

  /// The policy's average regret against the best fixed policy, mean over prompts: how far the mixture is, at most, from winning its own game
  /// max over pi of min over f. It is 0 when the game is over.
  public double averageRegret() {
    return bound.regret() / rounds;
  }

  /// What mirror descent promises for [#averageRegret] after these rounds, from the ranges of the rewards that were played.
  public double regretBound() {
    return bound.promised() / rounds;
  }

  /// The largest residual of any critic step.
  public double criticResidual() {
    return residual;
  }
}
