package org.tramontane.spac.loss;

/// The hinge of SLiC-HF (Zhao et al. 2023, arXiv 2305.10425, section 2) on DPO's implicit reward, as in RSO (Liu et
/// al. 2023, arXiv 2309.06657, whose gamma is our beta): pairs with enough margin are left alone.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)` and `h = rho(y+) - rho(y-)`:
///
/// ```
/// L = max(0, 1 - beta h)
/// ```
///
/// At the corner the derivative is 0. Sums over tokens. TRL: `hinge`. Golden: TRL's own figures, in the tests.
///
/// @param beta reciprocal of the margin in nats, above 0
public record HingeLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public HingeLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double missing = 1 - beta * (rho.chosen() - rho.rejected());
    return missing > 0 ? LossTerms.ofPair(missing, -beta, beta) : LossTerms.ofPair(0, 0, 0);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
