package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import org.tramontane.spac.loss.CrossEntropy;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionBatch;

/// [CrossEntropy] over the response tokens of a step.
///
/// @param slots completions that are drawn together: one each, or several where they are packed
record SupervisedObjective(List<List<Completion>> slots) implements Objective {

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    long tokens =
        Arrays.stream(numbers)
            .mapToObj(slots::get)
            .flatMap(List::stream)
            .mapToLong(completion -> completion.responseIds().length)
            .sum();
    return OptimizerStep.independent(
        Objective.pieces(numbers, batchSize).stream()
            .map(piece -> Arrays.stream(piece).mapToObj(slots::get).flatMap(List::stream).toList())
            .map(members -> (MicroBatch) new Batch(CompletionBatch.of(members), tokens))
            .toList());
  }

  private record Batch(CompletionBatch completions, long stepTokens) implements MicroBatch {
    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      totals.addLoss(CrossEntropy.part(logProbs, stepTokens));
      return CrossEntropy.gradient(logProbs, stepTokens);
    }
  }
}
