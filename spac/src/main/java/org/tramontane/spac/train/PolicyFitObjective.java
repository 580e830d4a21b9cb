package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.CompletionBatch;

/// The mean of [PolicyFitLoss] over the examples of a step.
///
/// @param examples with y'
record PolicyFitObjective(List<RewardedExample> examples, PolicyFitLoss loss) implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    // Rewards are known before the step, so the share that is left is a sum over its micro-batches
    // too.
    double target =
        Arrays.stream(numbers)
            .mapToObj(examples::get)
            .mapToDouble(member -> loss.at(PI_T, member.rewards()).target())
            .average()
            .orElseThrow();
    return OptimizerStep.independent(
        Objective.pieces(numbers, batchSize).stream()
            .map(piece -> (MicroBatch) batch(piece, numbers.length, target))
            .toList());
  }

  /// The log-ratios of pi_t to itself.
  private static final SequenceLogProbs PI_T = new SequenceLogProbs(0, 0, 0);

  private Batch batch(int[] piece, int stepExamples, double target) {
    List<RewardedExample> members = Arrays.stream(piece).mapToObj(examples::get).toList();
    PairBatch pairs = PairBatch.of(members.stream().map(RewardedExample::scored).toList(), false);
    return new Batch(members, loss, pairs, stepExamples, target);
  }

  /// @param stepExamples in the whole step
  /// @param target mean over the step of what pi_t misses
  private record Batch(
      List<RewardedExample> members,
      PolicyFitLoss loss,
      PairBatch pairs,
      int stepExamples,
      double target)
      implements MicroBatch {

    @Override
    public CompletionBatch completions() {
      return pairs.completions();
    }

    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      double share = 1.0 / stepExamples;
      SequenceLogProbs[] gradients = new SequenceLogProbs[members.size()];
      for (int i = 0; i < members.size(); i++) {
        RewardedExample member = members.get(i);
        SequenceLogProbs policy = pairs.sums(logProbs, i);
        SequenceLogProbs frozen = member.scored().frozen();
        PolicyFitLoss.Terms terms = loss.at(policy.logRatios(frozen), member.rewards());
        totals.addLoss(share * terms.error());
        SequencedMap<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("fit_unexplained", PolicyFit.share(terms.error(), target));
        metrics.putAll(loss.metrics(policy, frozen, member.rewards()));
        totals.addMetrics(metrics, share);
        gradients[i] = terms.gradient().times(share);
      }
      return pairs.spread(gradients);
    }
  }
}
