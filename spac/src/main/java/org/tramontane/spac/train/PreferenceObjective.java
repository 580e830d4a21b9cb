package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.tramontane.spac.loss.CrossEntropy;
import org.tramontane.spac.loss.LossTerms;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.CompletionBatch;

/// The mean of a [PreferenceLoss] over the examples of a step, and the cross-entropy of chosen sequences where the loss
/// has it.
///
/// @param examples with y' where the loss reads it, without where it does not
record PreferenceObjective(List<FrozenExample> examples, PreferenceLoss loss) implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    long chosenTokens =
        Arrays.stream(numbers)
            .mapToLong(i -> examples.get(i).example().chosen().length() - 1)
            .sum();
    return OptimizerStep.independent(
        Objective.pieces(numbers, batchSize).stream()
            .map(piece -> (MicroBatch) batch(piece, numbers.length, chosenTokens))
            .toList());
  }

  private Batch batch(int[] piece, int stepExamples, long chosenTokens) {
    List<FrozenExample> members = Arrays.stream(piece).mapToObj(examples::get).toList();
    PairBatch pairs = PairBatch.of(members, loss.sequenceNllWeight() > 0);
    return new Batch(members, loss, pairs, stepExamples, chosenTokens);
  }

  /// @param stepExamples in the whole step
  /// @param chosenTokens of all chosen sequences of the step, without the first of each
  private record Batch(
      List<FrozenExample> members,
      PreferenceLoss loss,
      PairBatch pairs,
      int stepExamples,
      long chosenTokens)
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
        FrozenExample member = members.get(i);
        SequenceLogProbs policy = pairs.sums(logProbs, i);
        LossTerms terms = loss.at(policy, member.frozen(), member.lengths());
        totals.addLoss(share * terms.loss());
        totals.addMetrics(loss.metrics(policy, member.frozen(), member.lengths()), share);
        gradients[i] = terms.gradient().times(share);
      }
      float[] dLogProbs = pairs.spread(gradients);
      if (loss.sequenceNllWeight() > 0) {
        addCrossEntropy(logProbs, dLogProbs, totals);
      }
      return dLogProbs;
    }

    private void addCrossEntropy(float[] logProbs, float[] dLogProbs, StepTotals totals) {
      for (int i = 0; i < members.size(); i++) {
        float[] chosen = pairs.chosenSequence(logProbs, i);
        double nll = CrossEntropy.part(chosen, chosenTokens);
        totals.addLoss(loss.sequenceNllWeight() * nll);
        totals.addMetrics(metric("nll_loss", nll), 1);
        float[] gradient = CrossEntropy.gradient(chosen, chosenTokens);
        pairs.addToChosenSequence(dLogProbs, i, gradient, loss.sequenceNllWeight());
      }
    }

    private static SequencedMap<String, Double> metric(String name, double value) {
      SequencedMap<String, Double> metric = new TreeMap<>();
      metric.put(name, value);
      return metric;
    }
  }
}
