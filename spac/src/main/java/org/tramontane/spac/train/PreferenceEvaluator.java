package org.tramontane.spac.train;

import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.MistralModel;

/// Evaluates policies on held-out preferences against the model that training started from.
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
    return summary(logRatios(policy));
  }

  /// `rho` of each pair under `policy` as it is now, in the order of the pairs.
  public List<SequenceLogProbs> logRatios(MistralModel policy) {
    List<FrozenExample> now =
        FrozenExample.score(policy, heldOut.stream().map(FrozenExample::example).toList());
    return IntStream.range(0, now.size())
        .mapToObj(i -> now.get(i).frozen().logRatios(heldOut.get(i).frozen()))
        .toList();
  }

  /// Figures of what [#logRatios] gives.
  public static Evaluation summary(List<SequenceLogProbs> logRatios) {
    double accuracy = 0;
    double chosen = 0;
    double rejected = 0;
    double drift = 0;
    for (SequenceLogProbs rho : logRatios) {
      accuracy += (1 + Math.signum(rho.chosen() - rho.rejected())) / 2;
      chosen += rho.chosen();
      rejected += rho.rejected();
      drift += (Math.abs(rho.chosen()) + Math.abs(rho.rejected())) / 2;
    }
    int n = logRatios.size();
    return new Evaluation(
        n, accuracy / n, (chosen - rejected) / n, chosen / n, rejected / n, drift / n);
  }
}
