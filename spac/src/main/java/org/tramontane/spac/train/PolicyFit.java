package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.SequenceLogProbs;

/// How well a policy is what the policy step asks for.
///
/// @param fitError mean over examples and pairs of `((rho(a) - rho(b)) - eta (f(a) - f(b)))^2`
/// @param unexplained `fitError` as a share of what it is for pi_t: 0 is the solution, 1 is no better than not to move, and
///     NaN where there is nothing to fit
public record PolicyFit(double fitError, double unexplained) {

  /// The fit of a policy.
  ///
  /// @param examples one or more
  /// @param policy its log-probabilities of their responses
  static PolicyFit of(
      PolicyFitLoss loss, List<RewardedExample> examples, List<SequenceLogProbs> policy) {
    double error = 0;
    double target = 0;
    for (int i = 0; i < examples.size(); i++) {
      RewardedExample example = examples.get(i);
      PolicyFitLoss.Terms terms =
          loss.at(policy.get(i).logRatios(example.scored().frozen()), example.rewards());
      error += terms.error() / examples.size();
      target += terms.target() / examples.size();
    }
    return new PolicyFit(error, share(error, target));
  }

  /// What is left of `target`; NaN where that is 0 and there is nothing to fit.
  static double share(double error, double target) {
    return target == 0 ? Double.NaN : error / target;
  }
}
