package org.tramontane.spac.loss;

/// APO-zero (D'Oosterlinck et al. 2024, arXiv 2408.06266, equation 7): raises the chosen response and lowers the
/// rejected one, each against the reference. For data whose chosen responses are better than what the model says
/// itself.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)`:
///
/// ```
/// L = (1 - sigmoid(beta rho(y+))) + sigmoid(beta rho(y-))
/// ```
///
/// Sums over tokens. TRL: `apo_zero`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
public record ApoZeroLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public ApoZeroLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rewards = policy.logRatios(frozen).times(beta);
    return LossTerms.ofPair(
        Logistic.sigmoid(-rewards.chosen()) + Logistic.sigmoid(rewards.rejected()),
        -beta * Logistic.sigmoidDerivative(rewards.chosen()),
        beta * Logistic.sigmoidDerivative(rewards.rejected()));
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
