package org.tramontane.spac.loss;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A loss of the DPO family: a scalar function of the log-probabilities that the policy pi and a frozen model give to
/// the responses of one example.
///
/// A batch's loss is the mean over its examples. The mean is left to the caller, who knows how many examples an optimiser
/// step has; so a step may be cut into micro-batches without changing what it computes.
///
/// Everything is F64 and stays finite, without NaN, for log-ratios up to 1e300 in size.
public sealed interface PreferenceLoss permits SpacLoss, DpoLoss {

  /// The loss of one example and its derivative.
  ///
  /// @param policy log-probabilities under pi
  /// @param frozen log-probabilities under the frozen model: pi_t, or DPO's reference
  LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen);

  /// Whether the loss reads y', a response sampled from the frozen model.
  boolean readsSelf();

  /// What a log-ratio is multiplied with to be the reward that the policy stands for: `r(x,y) = scale * rho(y)`.
  double rewardScale();

  /// The metrics of one example under TRL's names: `rewards/chosen`, `rewards/rejected`, `rewards/margins`,
  /// `rewards/accuracies`, `logps/chosen`, `logps/rejected`; with y' also `rewards/self`, `logps/self`; and the two terms
  /// of the loss.
  default SequencedMap<String, Double> metrics(SequenceLogProbs policy, SequenceLogProbs frozen) {
    SequenceLogProbs rewards = policy.logRatios(frozen).times(rewardScale());
    LossTerms terms = at(policy, frozen);
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("critic_term", terms.criticTerm());
    metrics.put("preference_term", terms.preferenceTerm());
    metrics.put("rewards/chosen", rewards.chosen());
    metrics.put("rewards/rejected", rewards.rejected());
    metrics.put("rewards/margins", rewards.chosen() - rewards.rejected());
    metrics.put("rewards/accuracies", rewards.chosen() > rewards.rejected() ? 1.0 : 0.0);
    metrics.put("logps/chosen", policy.chosen());
    metrics.put("logps/rejected", policy.rejected());
    if (readsSelf()) {
      metrics.put("rewards/self", rewards.self());
      metrics.put("logps/self", policy.self());
    }
    return metrics;
  }
}
