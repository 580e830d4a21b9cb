package org.tramontane.spac.loss;

/// SPPO with hard probabilities (Wu et al. 2024, arXiv 2405.00675, equation 4.7): regresses the log-ratio of the winner
/// to `eta / 2` and that of the loser to `-eta / 2`, where `eta = 1 / beta`; the paper's probability that y wins is 1
/// for the winner and 0 for the loser.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)`:
///
/// ```
/// L = (rho(y+) - 1 / (2 beta))^2 + (rho(y-) + 1 / (2 beta))^2
/// ```
///
/// Sums over tokens. TRL: `sppo_hard`. Golden: TRL's own figures, in the tests.
///
/// @param beta `1 / eta`, above 0; the paper's eta of 1e3 is 1e-3
public record SppoHardLoss(double beta) implements PreferenceLoss {
  /// Checks the range.
  public SppoHardLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    double winner = rho.chosen() - 0.5 / beta;
    double loser = rho.rejected() + 0.5 / beta;
    return LossTerms.ofPair(winner * winner + loser * loser, 2 * winner, 2 * loser);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
