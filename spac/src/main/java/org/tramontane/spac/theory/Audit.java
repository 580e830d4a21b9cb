package org.tramontane.spac.theory;

/// The theorem's proof, followed along a game where the truth r is known. With F(pi, f) what the critic minimises and f_t its answers,
///
///     suboptimality of the mixture  =  mean_t F(pi*, r) - F(pi_t, r)
///                                  <=  F(pi*, r) - mean_t F(pi_t, f_t) + mean_t shortfall_t            (1)
///                                  <=  [F(pi*, r) - min_f F(pi*, f)]  +  regret / T  +  mean shortfall  (2)
///
/// The first line is an identity, since the preferences' loss at r cancels. The shortfall of a round is how much worse than the truth its answer is, max(0, F(pi_t, f_t) -
/// F(pi_t, r)): an exact critic over a class that holds r has none. (2) follows since F is linear in pi. Its bracket is the statistical term, the critic's
/// gain over the truth against the best policy: data decide it, and the number of rounds does not.
public final class Audit implements SpacT.Observer {
  private final Bandit bandit;
  private final Critic critic;
  private final double truth;
  private double objectives;
  private double shortfalls;
  private double worst;
  private int rounds;

  /// Of games on `bandit` against `critic`.
  public Audit(Bandit bandit, Critic critic) {
    this.bandit = bandit;
    this.critic = critic;
    // Against mu itself only the preferences' term is left.
    this.truth = critic.objective(bandit.mu(), bandit.reward());
  }

  @Override
  public void round(int t, double[][] pi, Critic.Answer answer) {
    // F(pi, r) - F(mu, r) is E_pi r - E_mu r.
    double atTruth = truth + bandit.suboptimality(bandit.mu()) - bandit.suboptimality(pi);
    double shortfall = Math.max(0, answer.objective() - atTruth);
    objectives += answer.objective();
    shortfalls += shortfall;
    worst = Math.max(worst, shortfall);
    rounds++;
  }

  /// The bound (1) on the mixture's suboptimality: no assumption is left in it, so that a run which breaks it is wrong.
  public double bound() {
    double best = truth + bandit.suboptimality(bandit.mu()); // pi* itself has none
    return best - objectives / rounds + shortfalls / rounds;
  }

  /// The statistical term of (2), for a critic that solves its problem.
  public double statistical() {
    double best = truth + bandit.suboptimality(bandit.mu());
    return best - critic.answer(bandit.optimal()).objective();
  }

  /// The largest shortfall of a round.
  public double shortfall() {
    return worst;
  }

  /// Checks (1).
  ///
  /// @throws IllegalStateException if `suboptimality`, the mixture's, is above the bound
  public void check(double suboptimality) {
    if (!(suboptimality <= bound() + 1e-9)) {
      throw new IllegalStateException(
          "theorem: after %d rounds the mixture's suboptimality %.9g exceeds its bound %.9g"
              .formatted(rounds, suboptimality, bound()));
    }
  }
}
