package org.tramontane.spac.loss;

/// Binary Classifier Optimisation on pairs, without a reward shift (Jung et al. 2024, arXiv 2404.04656, the BCO loss
/// with delta = 0): the chosen response is an example of good, the rejected one of bad.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)` and `s(z) = -log sigmoid(z)`:
///
/// ```
/// L = s(beta rho(y+)) + s(-beta rho(y-))
/// ```
///
/// Sums over tokens. TRL: `bco_pair` of `DPOTrainer`, which has no shift either; [BcoLoss] is `BCOTrainer`'s, with it.
/// Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
public record BcoPairLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public BcoPairLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rewards = policy.logRatios(frozen).times(beta);
    return LossTerms.ofPair(
        Logistic.negativeLogSigmoid(rewards.chosen())
            + Logistic.negativeLogSigmoid(-rewards.rejected()),
        beta * Logistic.negativeLogSigmoidDerivative(rewards.chosen()),
        -beta * Logistic.negativeLogSigmoidDerivative(-rewards.rejected()));
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
