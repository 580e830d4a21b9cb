package org.tramontane.spac.loss;

/// Noise Contrastive Alignment on pairs (Chen et al. 2024, arXiv 2402.05369, the NCA loss with two responses): keeps
/// the chosen response from losing probability, which DPO, looking at differences only, does not.
///
/// With `r(y) = beta (log pi(y|x) - log pi_ref(y|x))` and `s(z) = -log sigmoid(z)`:
///
/// ```
/// L = s(r(y+)) + s(-r(y+)) / 2 + s(-r(y-)) / 2
/// ```
///
/// Sums over tokens. TRL: `nca_pair`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
public record NcaPairLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public NcaPairLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rewards = policy.logRatios(frozen).times(beta);
    double chosen = rewards.chosen();
    double rejected = rewards.rejected();
    return LossTerms.ofPair(
        Logistic.negativeLogSigmoid(chosen)
            + Logistic.negativeLogSigmoid(-chosen) / 2
            + Logistic.negativeLogSigmoid(-rejected) / 2,
        beta
            * (Logistic.negativeLogSigmoidDerivative(chosen)
                - Logistic.negativeLogSigmoidDerivative(-chosen) / 2),
        -beta * Logistic.negativeLogSigmoidDerivative(-rejected) / 2);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
