package org.tramontane.spac.loss;

/// SimPO (Meng, Xia and Chen 2024, arXiv 2405.14734, equation 6): the reward is the mean log-probability per token, as
/// generation ranks responses; there is no reference model.
///
/// With `s(z) = -log sigmoid(z)` and label smoothing e, which is TRL's addition:
///
/// ```
/// z = beta (log pi(y+|x) / |y+| - log pi(y-|x) / |y-|) - gamma
/// L = (1 - e) s(z) + e s(-z)
/// ```
///
/// TRL: `CPOTrainer` with `loss_type="simpo"`, `cpo_alpha=0` and `simpo_gamma` for gamma. Golden: TRL's own figures, in
/// the tests.
///
/// @param beta scale of the reward, above 0; the paper's best are 2 to 10
/// @param gamma the margin that the chosen response has to win by, 0 or more
/// @param labelSmoothing e, at least 0 and below 0.5
public record SimPoLoss(double beta, double gamma, double labelSmoothing)
    implements PreferenceLoss {
  /// Checks the ranges.
  public SimPoLoss {
    Ranges.above0("beta", beta);
    Ranges.atLeast0("simpo_gamma", gamma);
    Ranges.labelSmoothing(labelSmoothing);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    double z = beta * (policy.chosen() - policy.rejected()) - gamma;
    double e = labelSmoothing;
    double loss = (1 - e) * Logistic.negativeLogSigmoid(z) + e * Logistic.negativeLogSigmoid(-z);
    double slope =
        (1 - e) * Logistic.negativeLogSigmoidDerivative(z)
            - e * Logistic.negativeLogSigmoidDerivative(-z);
    return LossTerms.ofPair(loss, slope * beta, -slope * beta);
  }

  @Override
  public Reduction reduction() {
    return Reduction.TOKEN_MEAN;
  }

  @Override
  public boolean readsReference() {
    return false;
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
