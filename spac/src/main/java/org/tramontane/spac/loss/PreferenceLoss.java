package org.tramontane.spac.loss;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A loss of the DPO family that is a mean over examples: a scalar function of the log-probabilities that the policy pi
/// and a frozen model give to the responses of one example.
///
/// A batch's loss is the mean over its examples. The mean is left to the caller, who knows how many examples an
/// optimiser step has; so a step may be cut into micro-batches without changing what it computes.
///
/// Everything is F64. Values and derivatives stay finite, without NaN, for log-ratios up to 1e150 in size; those that
/// are not squared, up to 1e300.
public sealed interface PreferenceLoss extends AlignmentLoss
    permits SpacLoss,
        DpoLoss,
        RobustDpoLoss,
        IpoLoss,
        HingeLoss,
        SimPoLoss,
        OrpoLoss,
        ApoZeroLoss,
        ApoDownLoss,
        SppoHardLoss,
        BcoPairLoss,
        NcaPairLoss,
        SpinLoss {

  /// The loss of one example and its derivative, in this loss's [#reduction].
  ///
  /// @param policy log-probabilities under pi, reduced
  /// @param frozen log-probabilities under the frozen model (pi_t, or the reference), reduced; not read if the loss has
  ///     none
  /// @return with the derivative with respect to `policy`
  LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen);

  /// The loss of one example from sums over tokens, whatever its [#reduction].
  ///
  /// @param policy sums over tokens under pi
  /// @param frozen sums over tokens under the frozen model
  /// @return with the derivative with respect to the sums
  default LossTerms at(SequenceLogProbs policy, SequenceLogProbs frozen, ResponseLengths tokens) {
    LossTerms terms = at(reduction().of(policy, tokens), reduction().of(frozen, tokens));
    return terms.withGradient(reduction().of(terms.gradient(), tokens));
  }

  /// Whether the loss reads a response's sum over tokens or its mean.
  default Reduction reduction() {
    return Reduction.SUM;
  }

  /// Whether the loss reads y', a response sampled from the frozen model.
  default boolean readsSelf() {
    return false;
  }

  /// The weight of the cross-entropy of the whole chosen sequence, prompt and response, that is added to the mean of
  /// [#at]: a mean over all tokens of the step's chosen sequences that have a token before them. 0 is none.
  default double sequenceNllWeight() {
    return 0;
  }

  /// The metrics of one example under TRL's names: `rewards/chosen`, `rewards/rejected`, `rewards/margins`,
  /// `rewards/accuracies`, `logps/chosen`, `logps/rejected`; with y' also `rewards/self`, `logps/self`; and the two
  /// terms of the loss. Numbers are sums over tokens.
  default SequencedMap<String, Double> metrics(SequenceLogProbs policy, SequenceLogProbs frozen) {
    return metrics(policy, frozen, new ResponseLengths(1, 1, 1));
  }

  /// As above, for a loss of any reduction. As in TRL, log-probabilities and rewards are of sums over tokens where
  /// there is a reference, and of means where there is none.
  ///
  /// @param policy sums over tokens under pi
  /// @param frozen sums over tokens under the frozen model
  default SequencedMap<String, Double> metrics(
      SequenceLogProbs policy, SequenceLogProbs frozen, ResponseLengths tokens) {
    LossTerms terms = at(policy, frozen, tokens);
    SequenceLogProbs logps = readsReference() ? policy : reduction().of(policy, tokens);
    SequenceLogProbs rewards =
        (readsReference() ? policy.logRatios(frozen) : logps).times(rewardScale());
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("critic_term", terms.criticTerm());
    metrics.put("preference_term", terms.preferenceTerm());
    metrics.putAll(PairMetrics.of(logps, rewards));
    if (readsSelf()) {
      metrics.put("rewards/self", rewards.self());
      metrics.put("logps/self", logps.self());
    }
    return metrics;
  }
}
