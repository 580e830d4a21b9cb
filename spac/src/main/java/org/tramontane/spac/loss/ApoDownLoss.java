package org.tramontane.spac.loss;

/// APO-down (D'Oosterlinck et al. 2024, arXiv 2408.06266, equation 8): lowers both responses, the rejected one more.
/// For data whose chosen responses are worse than what the model says itself.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)` and `h = rho(y+) - rho(y-)`:
///
/// ```
/// L = sigmoid(beta rho(y+)) + (1 - sigmoid(beta h))
/// ```
///
/// Sums over tokens. TRL: `apo_down`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
public record ApoDownLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public ApoDownLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rewards = policy.logRatios(frozen).times(beta);
    double margin = rewards.chosen() - rewards.rejected();
    double dMargin = -beta * Logistic.sigmoidDerivative(margin);
    return LossTerms.ofPair(
        Logistic.sigmoid(rewards.chosen()) + Logistic.sigmoid(-margin),
        beta * Logistic.sigmoidDerivative(rewards.chosen()) + dMargin,
        -dMargin);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
