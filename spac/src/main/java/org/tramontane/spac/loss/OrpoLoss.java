package org.tramontane.spac.loss;

import java.util.SequencedMap;

/// Odds Ratio Preference Optimisation (Hong, Lee and Thorne 2024, arXiv 2403.07691, equations 6 and 7): supervised
/// learning of the chosen responses and, in the same step, a penalty on the odds of the rejected ones; no reference
/// model.
///
/// With `m(y) = log pi(y|x) / |y|`, `odds(y) = exp(m(y)) / (1 - exp(m(y)))` and `s(z) = -log sigmoid(z)`:
///
/// ```
/// L = NLL(x, y+) + beta s(log odds(y+) - log odds(y-))
/// ```
///
/// NLL is the cross-entropy of the whole chosen sequence, prompt included, as a mean over the tokens of all the step's
/// examples ([#sequenceNllWeight]); [#at] is the rest. The paper's lambda is `beta`, as in TRL.
///
/// A mean of 0, which F32 gives where a probability rounds to 1, counts as -1e-9, because its odds would be infinite.
///
/// TRL: `ORPOTrainer`. Golden: TRL's own figures, in the tests.
///
/// @param beta weight of the odds ratio, above 0
public record OrpoLoss(double beta) implements PreferenceLoss {
  private static final double CERTAIN = -1e-9;

  /// Checks the range.
  public OrpoLoss {
    Ranges.above0("beta", beta);
  }

  @Override
  public LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen) {
    double z = logOddsRatio(policy);
    double slope = beta * Logistic.negativeLogSigmoidDerivative(z);
    return LossTerms.ofPair(
        beta * Logistic.negativeLogSigmoid(z),
        slope * logOddsDerivative(policy.chosen()),
        -slope * logOddsDerivative(policy.rejected()));
  }

  /// `log odds(y+) - log odds(y-)`.
  private static double logOddsRatio(SequenceLogProbs means) {
    double chosen = Math.min(means.chosen(), CERTAIN);
    double rejected = Math.min(means.rejected(), CERTAIN);
    return chosen
        - rejected
        - (Logistic.logOneMinusExp(chosen) - Logistic.logOneMinusExp(rejected));
  }

  /// `d log odds / dm = 1 / (1 - exp(m))`.
  private static double logOddsDerivative(double mean) {
    return -1 / StrictMath.expm1(Math.min(mean, CERTAIN));
  }

  @Override
  public double sequenceNllWeight() {
    return 1;
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

  /// With `log_odds_chosen`, the log of the odds ratio, and `log_odds_ratio`, its log-sigmoid: TRL's names.
  @Override
  public SequencedMap<String, Double> metrics(
      SequenceLogProbs policy, SequenceLogProbs frozen, ResponseLengths tokens) {
    SequencedMap<String, Double> metrics = PreferenceLoss.super.metrics(policy, frozen, tokens);
    double z = logOddsRatio(reduction().of(policy, tokens));
    metrics.put("log_odds_ratio", -Logistic.negativeLogSigmoid(z));
    metrics.put("log_odds_chosen", z);
    return metrics;
  }
}
