package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.MistralModel;

/// Evaluates policies on held-out preferences, alone and against the model that training started from.
///
/// The start's log-probabilities are computed once, when the evaluator is made; so the start may be the policy that is
/// then trained.
public final class PreferenceEvaluator {
  private final List<FrozenExample> heldOut;

  /// An evaluator of pairs, one or more.
  public PreferenceEvaluator(MistralModel start, List<PreferenceExample> heldOut) {
    if (heldOut.isEmpty()) {
      throw new IllegalArgumentException("no held-out pairs; allowed: 1 or more");
    }
    this.heldOut =
        FrozenExample.score(start, heldOut.stream().map(PreferenceExample::withoutSelf).toList());
  }

  /// Figures of `policy` as it is now.
  public Evaluation evaluate(MistralModel policy) {
    return scores(policy).summary();
  }

  /// What the start said and `policy` says now, in the order of the pairs.
  public HeldOutScores scores(MistralModel policy) {
    return scores(
        FrozenExample.score(policy, heldOut.stream().map(FrozenExample::example).toList()).stream()
            .map(FrozenExample::frozen)
            .toList());
  }

  /// What the start says, as a policy that has not moved.
  public HeldOutScores start() {
    return scores(heldOut.stream().map(FrozenExample::frozen).toList());
  }

  private HeldOutScores scores(List<SequenceLogProbs> policy) {
    return new HeldOutScores(
        heldOut.stream().map(FrozenExample::frozen).toList(),
        policy,
        heldOut.stream().map(FrozenExample::lengths).toList());
  }
}
