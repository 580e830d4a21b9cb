package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.transformer.CompletionBatch;

/// The mean of [CriticLoss] over the examples of a step, through [RewardBound].
///
/// @param examples with y'
record CriticObjective(List<PreferenceExample> examples, CriticLoss loss, RewardBound bound)
    implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    return OptimizerStep.independent(
        Objective.pieces(numbers, batchSize).stream()
            .map(piece -> (MicroBatch) batch(piece, numbers.length))
            .toList());
  }

  private Batch batch(int[] piece, int stepExamples) {
    CompletionBatch completions =
        CompletionBatch.of(
            Arrays.stream(piece)
                .mapToObj(examples::get)
                .flatMap(example -> Critic.completions(example).stream())
                .toList());
    return new Batch(completions, loss, bound, stepExamples);
  }

  private record Batch(
      CompletionBatch completions, CriticLoss loss, RewardBound bound, int stepExamples)
      implements MicroBatch {

    @Override
    public float[] differentiate(float[] heads, StepTotals totals) {
      double share = 1.0 / stepExamples;
      float[] derivative = new float[heads.length];
      for (int i = 0; i < heads.length; i += 3) {
        ResponseRewards f =
            new ResponseRewards(
                bound.reward(heads[i]), bound.reward(heads[i + 1]), bound.reward(heads[i + 2]));
        CriticLoss.Terms terms = loss.at(f);
        totals.addLoss(share * terms.loss());
        totals.addMetrics(loss.metrics(f), share);
        ResponseRewards gradient = terms.gradient().times(share);
        derivative[i] = (float) (gradient.chosen() * bound.slope(heads[i]));
        derivative[i + 1] = (float) (gradient.rejected() * bound.slope(heads[i + 1]));
        derivative[i + 2] = (float) (gradient.self() * bound.slope(heads[i + 2]));
      }
      return derivative;
    }
  }
}
