package org.tramontane.spac.loss;

/// Self-Play fIne-tuNing (Chen et al. 2024, arXiv 2401.01335, equation 4.7 with the logistic loss; its lambda is our
/// beta): the policy learns to tell the data's responses from its own of the round before.
///
/// The pair is y+ from data for supervised fine-tuning, and as y- a response that pi_t has drawn. With `rho(y) = log
/// pi(y|x) - log pi_t(y|x)` and `s(z) = -log sigmoid(z)`:
///
/// ```
/// L = s(beta (rho(y+) - rho(y-)))
/// ```
///
/// It is DPO's form; what makes it SPIN is where y- comes from, and that pi_t moves on after each round. Sums over
/// tokens. Golden: PyTorch's figures, in the tests.
///
/// @param beta the paper's lambda, above 0
public record SpinLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public SpinLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double z = beta * (rho.chosen() - rho.rejected());
    double slope = Logistic.negativeLogSigmoidDerivative(z) * beta;
    return LossTerms.ofPair(Logistic.negativeLogSigmoid(z), slope, -slope);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
