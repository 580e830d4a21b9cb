package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import org.tramontane.spac.loss.LossTerms;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionBatch;

/// The mean of a [PreferenceLoss] over the examples of a step.
///
/// @param examples with y' where the loss reads it, without where it does not
record PreferenceObjective(List<FrozenExample> examples, PreferenceLoss loss) implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public List<MicroBatch> step(int[] numbers, int batchSize) {
    return Objective.pieces(numbers, batchSize).stream()
        .map(piece -> (MicroBatch) batch(piece, numbers.length))
        .toList();
  }

  private Batch batch(int[] piece, int stepExamples) {
    List<FrozenExample> members = Arrays.stream(piece).mapToObj(examples::get).toList();
    List<Completion> completions =
        members.stream().flatMap(member -> member.example().completions().stream()).toList();
    return new Batch(members, loss, CompletionBatch.of(completions), stepExamples);
  }

  private record Batch(
      List<FrozenExample> members,
      PreferenceLoss loss,
      CompletionBatch completions,
      int stepExamples)
      implements MicroBatch {

    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      double[] sums = completions.sums(logProbs);
      int width = loss.readsSelf() ? 3 : 2;
      double share = 1.0 / stepExamples;
      double[] dSums = new double[sums.length];
      for (int i = 0; i < members.size(); i++) {
        int at = i * width;
        SequenceLogProbs frozen = members.get(i).frozen();
        SequenceLogProbs policy =
            new SequenceLogProbs(sums[at], sums[at + 1], width == 3 ? sums[at + 2] : 0);
        LossTerms terms = loss.at(policy, frozen);
        totals.addLoss(share * terms.loss());
        totals.addMetrics(loss.metrics(policy, frozen), share);
        SequenceLogProbs gradient = terms.gradient().times(share);
        dSums[at] = gradient.chosen();
        dSums[at + 1] = gradient.rejected();
        if (width == 3) {
          dSums[at + 2] = gradient.self();
        }
      }
      return completions.spread(dSums);
    }
  }
}
