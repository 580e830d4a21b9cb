package org.tramontane.spac.loss;

/// SPAC's objective (Self-Play with Adversarial Critic, arXiv 2406.04274, Algorithm 2): the critic step, with the reward
/// written as `f = (1/eta) log(pi/pi_t)`, minimised over the policy itself.
///
/// With `rho(y) = log pi(y|x) - log pi_t(y|x)`, `h = rho(y+) - rho(y-)`, `s(z) = -log sigmoid(z)` and y' drawn from pi_t:
///
/// ```
/// r = rho(y')                              critic, or
///     rho(y') - (rho(y+) + rho(y-)) / 2    relative critic, which subtracts the data's own ratio
/// L = c(r) + lambda s(h / eta)
///     c(r) = r          linear, as the paper has it; unbounded below
///     c(r) = s(-r/eta)  log-sigmoid, bounded below by 0
/// ```
///
/// @param critic the form c of the critic term
/// @param relative whether the critic is relative to the data
/// @param lambda weight of the preference term, 0 or more
/// @param eta step size of the policy player, above 0: a reward f moves a log-ratio by `eta f`
public record SpacLoss(Critic critic, boolean relative, double lambda, double eta)
    implements PreferenceLoss {

  /// The form of the critic term.
  public enum Critic {
    /// `r`.
    LINEAR,
    /// `-log sigmoid(-r / eta)`.
    LOGSIG
  }

  /// Checks the ranges.
  public SpacLoss {
    Ranges.atLeast0("lambda", lambda);
    Ranges.above0("eta", eta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double baseline = relative ? rho.chosen() / 2 + rho.rejected() / 2 : 0;
    double r = rho.self() - baseline;
    double z = (rho.chosen() - rho.rejected()) / eta;

    double criticTerm = criticTerm(r);
    double preferenceTerm = Logistic.negativeLogSigmoid(z);

    double criticSlope = criticSlope(r);
    double preferenceSlope = lambda * Logistic.negativeLogSigmoidDerivative(z) / eta;
    double baselineSlope = relative ? -criticSlope / 2 : 0;
    return new LossTerms(
        criticTerm + lambda * preferenceTerm,
        criticTerm,
        preferenceTerm,
        new SequenceLogProbs(
            preferenceSlope + baselineSlope, -preferenceSlope + baselineSlope, criticSlope));
  }

  /// c(r).
  private double criticTerm(double r) {
    return switch (critic) {
      case LINEAR -> r;
      case LOGSIG -> Logistic.negativeLogSigmoid(-r / eta);
    };
  }

  /// c'(r).
  private double criticSlope(double r) {
    return switch (critic) {
      case LINEAR -> 1;
      case LOGSIG -> -Logistic.negativeLogSigmoidDerivative(-r / eta) / eta;
    };
  }

  @Override
  public boolean readsSelf() {
    return true;
  }

  /// `1 / eta`: the critic's reward is `f = rho / eta`.
  @Override
  public double rewardScale() {
    return 1 / eta;
  }
}
