package org.tramontane.spac.loss;

/// Binary Classifier Optimisation (Jung et al. 2024, arXiv 2404.04656, its BCO loss): a classifier whose logit is the
/// implicit reward tells desirable from undesirable responses; its threshold is the mean reward.
///
/// With `r(y) = beta (log pi(y|x) - log pi_ref(y|x))`, `s(z) = -log sigmoid(z)` and the reward shift delta:
///
/// ```
/// desirable     L = s(r(y) - delta)
/// undesirable   L = s(-(r(y) - delta))
/// delta         = mean of r over all responses of all steps so far, this one included
/// ```
///
/// delta is a reward and a constant in the derivative. The paper takes the middle between the two classes' running
/// means; this is what TRL's `BCOTrainer` does. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
public record BcoLoss(double beta) implements UnpairedLoss {
  /// Checks the range.
  public BcoLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public CompletionTerms at(
      boolean desirable, double policy, double frozen, double referencePoint) {
    double sign = desirable ? 1 : -1;
    double z = sign * (beta * (policy - frozen) - referencePoint);
    return new CompletionTerms(
        Logistic.negativeLogSigmoid(z), sign * beta * Logistic.negativeLogSigmoidDerivative(z));
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
