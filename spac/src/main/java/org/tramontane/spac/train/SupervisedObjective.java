package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import org.tramontane.spac.loss.CrossEntropy;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionBatch;

/// [CrossEntropy] over the response tokens of a step.
record SupervisedObjective(List<Completion> examples) implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public List<MicroBatch> step(int[] numbers, int batchSize) {
    long tokens = Arrays.stream(numbers).mapToLong(i -> examples.get(i).responseIds().length).sum();
    return Objective.pieces(numbers, batchSize).stream()
        .map(piece -> Arrays.stream(piece).mapToObj(examples::get).toList())
        .map(members -> (MicroBatch) new Batch(CompletionBatch.of(members), tokens))
        .toList();
  }

  private record Batch(CompletionBatch completions, long stepTokens) implements MicroBatch {
    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      totals.addLoss(CrossEntropy.part(logProbs, stepTokens));
      return CrossEntropy.gradient(logProbs, stepTokens);
    }
  }
}
