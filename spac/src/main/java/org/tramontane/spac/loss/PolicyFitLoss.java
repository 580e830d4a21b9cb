package org.tramontane.spac.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The policy step of SPAC's game as a regression, for one example.
///
/// The step's solution `pi(y|x) = pi_t(y|x) exp(eta f(x,y)) / Z(x)` says that `rho(y) - eta f(y)`, with
/// `rho = log pi - log pi_t`, is the same for all responses to a prompt: -log Z, which drops out of differences. So
///
/// ```
/// L(pi) = mean over pairs (a, b) of ((rho(a) - rho(b)) - eta (f(a) - f(b)))^2
/// ```
///
/// is 0 at the solution and nowhere else, as far as the pairs reach. (REBEL, arXiv 2404.16767, fits a policy to a reward
/// the same way.) Over all three pairs it is 3 times the variance of `rho - eta f` over the prompt's responses.
///
/// @param eta the step size, above 0
/// @param pairs which pairs of y', y+ and y-
public record PolicyFitLoss(double eta, Pairs pairs) {
  /// Checks the range.
  public PolicyFitLoss {
    Ranges.above0("eta", eta);
  }

  /// Pairs of responses to one prompt.
  public enum Pairs {
    /// All three.
    ALL,
    /// y+ and y- alone.
    PREFERENCE,
    /// y' with each of the data's.
    SELF;

    /// Positions in (y+, y-, y').
    private List<int[]> positions() {
      return switch (this) {
        case ALL -> List.of(new int[] {0, 1}, new int[] {0, 2}, new int[] {1, 2});
        case PREFERENCE -> List.of(new int[] {0, 1});
        case SELF -> List.of(new int[] {0, 2}, new int[] {1, 2});
      };
    }
  }

  /// What the loss is for one example.
  ///
  /// @param error its value, a mean of squares in nats
  /// @param target mean over the pairs of `(eta (f(a) - f(b)))^2`: the error of pi_t itself
  /// @param gradient the derivative of `error` with respect to log pi of each response
  public record Terms(double error, double target, SequenceLogProbs gradient) {}

  /// The loss of one example and its derivative.
  ///
  /// @param rho log-ratios of the policy to pi_t
  /// @param f rewards
  public Terms at(SequenceLogProbs rho, ResponseRewards f) {
    double[] ratios = {rho.chosen(), rho.rejected(), rho.self()};
    double[] rewards = {f.chosen(), f.rejected(), f.self()};
    List<int[]> positions = pairs.positions();
    double share = 1.0 / positions.size();
    double error = 0;
    double target = 0;
    double[] gradient = new double[3];
    for (int[] pair : positions) {
      double wanted = eta * (rewards[pair[0]] - rewards[pair[1]]);
      double residual = ratios[pair[0]] - ratios[pair[1]] - wanted;
      error += share * residual * residual;
      target += share * wanted * wanted;
      gradient[pair[0]] += 2 * share * residual;
      gradient[pair[1]] -= 2 * share * residual;
    }
    return new Terms(error, target, new SequenceLogProbs(gradient[0], gradient[1], gradient[2]));
  }

  /// The metrics of one example: `fit_error`, and TRL's `rewards/...` and `logps/...` of the policy, where a reward is
  /// `rho / eta`, to be compared with f.
  ///
  /// @param policy sums over tokens under pi
  /// @param frozen sums over tokens under pi_t
  public SequencedMap<String, Double> metrics(
      SequenceLogProbs policy, SequenceLogProbs frozen, ResponseRewards f) {
    SequenceLogProbs rho = policy.logRatios(frozen);
    SequenceLogProbs rewards = rho.times(1 / eta);
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("fit_error", at(rho, f).error());
    metrics.putAll(PairMetrics.of(policy, rewards));
    metrics.put("rewards/self", rewards.self());
    metrics.put("logps/self", policy.self());
    return metrics;
  }
}
