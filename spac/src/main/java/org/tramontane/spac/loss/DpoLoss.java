package org.tramontane.spac.loss;

/// Direct Preference Optimization (Rafailov et al. 2023, arXiv 2305.18290, equation 7), with label smoothing as in cDPO
/// (Mitchell 2023).
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)`, `h = rho(y+) - rho(y-)`, `s(z) = -log sigmoid(z)` and smoothing e:
///
/// ```
/// L = (1 - e) s(beta h) + e s(-beta h)
/// ```
///
/// Before the first step pi is pi_ref, h is 0 and L is ln 2. Sums over tokens. TRL: `sigmoid`, which in
/// release 1.13 ignores `label_smoothing`. Golden: `dpo_sigmoid`.
///
/// @param beta strength of the pull towards the reference, above 0
/// @param labelSmoothing e, the probability that a label is flipped, at least 0 and below 0.5
public record DpoLoss(double beta, double labelSmoothing) implements PreferenceLoss {
  /// Checks the ranges.
  public DpoLoss {
    Ranges.above0("beta", beta);
    Ranges.labelSmoothing(labelSmoothing);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double z = beta * (rho.chosen() - rho.rejected());
    double e = labelSmoothing;
    double loss = (1 - e) * Logistic.negativeLogSigmoid(z) + e * Logistic.negativeLogSigmoid(-z);
    double slope =
        (1 - e) * Logistic.negativeLogSigmoidDerivative(z)
            - e * Logistic.negativeLogSigmoidDerivative(-z);
    return LossTerms.ofPair(loss, slope * beta, -slope * beta);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
