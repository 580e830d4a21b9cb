package org.tramontane.spac.loss;

/// Robust DPO (Chowdhury, Kini and Natarajan 2024, arXiv 2403.00409, the loss of rDPO): an unbiased estimate of DPO's
/// loss on clean labels where a share e of the labels is flipped.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)`, `h = rho(y+) - rho(y-)` and `s(z) = -log sigmoid(z)`:
///
/// ```
/// L = ((1 - e) s(beta h) - e s(-beta h)) / (1 - 2e)
/// ```
///
/// Unbounded below as h grows, for e above 0. Sums over tokens. TRL: `robust`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
/// @param labelSmoothing e, the probability that a label is flipped, at least 0 and below 0.5
public record RobustDpoLoss(double beta, double labelSmoothing) implements PreferenceLoss {
  /// Checks the ranges.
  public RobustDpoLoss {
    Ranges.above0("beta", beta);
    Ranges.labelSmoothing(labelSmoothing);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double z = beta * (rho.chosen() - rho.rejected());
    double e = labelSmoothing;
    double loss =
        ((1 - e) * Logistic.negativeLogSigmoid(z) - e * Logistic.negativeLogSigmoid(-z))
            / (1 - 2 * e);
    double slope =
        ((1 - e) * Logistic.negativeLogSigmoidDerivative(z)
                + e * Logistic.negativeLogSigmoidDerivative(-z))
            / (1 - 2 * e);
    return LossTerms.ofPair(loss, slope * beta, -slope * beta);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
