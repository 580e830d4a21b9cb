package org.tramontane.spac.loss;

/// Kahneman-Tversky Optimisation (Ethayarajh et al. 2024, arXiv 2402.01306, equation 7): a response is good or bad
/// compared with what the policy gains on average, and gains and losses saturate.
///
/// With `rho(y) = log pi(y|x) - log pi_ref(y|x)` and the reference point z0, in nats:
///
/// ```
/// desirable     L = w_d (1 - sigmoid(beta (rho(y) - z0)))
/// undesirable   L = w_u (1 - sigmoid(beta (z0 - rho(y))))
/// z0            = max(0, mean of rho over mismatched pairs), an estimate of KL(pi || pi_ref)
/// ```
///
/// A mismatched pair is a prompt of the step with the response of another one; z0 is a constant in the derivative.
/// TRL: `KTOTrainer` with `loss_type="kto"`. Golden: TRL's own figures, in the tests.
///
/// @param beta strength of the pull towards the reference, above 0
/// @param desirableWeight w_d, 0 or more
/// @param undesirableWeight w_u, 0 or more
public record KtoLoss(double beta, double desirableWeight, double undesirableWeight)
    implements UnpairedLoss {
  /// Checks the ranges.
  public KtoLoss {
    Ranges.above0("beta", beta);
    Ranges.atLeast0("desirable_weight", desirableWeight);
    Ranges.atLeast0("undesirable_weight", undesirableWeight);
  }

  /// z0 in nats.
  ///
  /// @param mismatched the mean of rho over mismatched pairs
  public double referencePoint(double mismatched) {
    return Math.max(0, mismatched);
  }

  @Override
  public CompletionTerms at(
      boolean desirable, double policy, double frozen, double referencePoint) {
    double gain = beta * (policy - frozen - referencePoint);
    double slope = beta * Logistic.sigmoidDerivative(gain);
    return desirable
        ? new CompletionTerms(desirableWeight * Logistic.sigmoid(-gain), -desirableWeight * slope)
        : new CompletionTerms(
            undesirableWeight * Logistic.sigmoid(gain), undesirableWeight * slope);
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
