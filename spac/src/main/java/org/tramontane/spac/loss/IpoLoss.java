package org.tramontane.spac.loss;

/// Identity Preference Optimisation (Azar et al. 2023, arXiv 2310.12036, equation 17, whose tau is our beta): regresses
/// the gap between the responses to a finite target, so that certain preferences do not push the policy to infinity.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)`:
///
/// ```
/// h = rho(y+) / |y+| - rho(y-) / |y-|
/// L = (h - 1 / (2 beta))^2
/// ```
///
/// The mean over tokens is not in the paper's text; its authors confirmed to TRL that the paper's results were computed
/// with it. TRL: `ipo`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0; the target gap is 1 / (2 beta) nats per token
public record IpoLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public IpoLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double miss = rho.chosen() - rho.rejected() - 1 / (2 * beta);
    return LossTerms.ofPair(miss * miss, 2 * miss, -2 * miss);
  }

  @Override
  public Reduction reduction() {
    return Reduction.TOKEN_MEAN;
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
