package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.AotLoss;
import org.tramontane.spac.loss.LossTerms;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.CompletionBatch;

/// [AotLoss] over the pairs of a step.
///
/// An example's quantile depends on all others of the step. So a step of several micro-batches goes through the model
/// twice: first for all log-probabilities, then for the gradient; and means the same as one large micro-batch.
record QuantileObjective(List<FrozenExample> examples, AotLoss loss) implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    List<FrozenExample> members = Arrays.stream(numbers).mapToObj(examples::get).toList();
    Step step = new Step(members, loss);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < members.size(); from += batchSize) {
      int to = Math.min(from + batchSize, members.size());
      batches.add(new Batch(step, from, PairBatch.of(members.subList(from, to), false)));
    }
    return new OptimizerStep(
        batches.size() > 1 ? List.copyOf(batches) : List.of(), List.copyOf(batches));
  }

  /// What the micro-batches of a step know together.
  private static final class Step {
    private final List<FrozenExample> members;
    private final AotLoss loss;
    private final SequenceLogProbs[] policy;
    private @Nullable List<LossTerms> terms;

    Step(List<FrozenExample> members, AotLoss loss) {
      this.members = members;
      this.loss = loss;
      this.policy = new SequenceLogProbs[members.size()];
    }

    List<LossTerms> terms() {
      List<LossTerms> present = terms;
      if (present == null) {
        present =
            loss.at(Arrays.asList(policy), members.stream().map(FrozenExample::frozen).toList());
        terms = present;
      }
      return present;
    }
  }

  /// @param from the number of the first member in the step
  private record Batch(Step step, int from, PairBatch pairs)
      implements MicroBatch, OptimizerStep.Probe {

    @Override
    public CompletionBatch completions() {
      return pairs.completions();
    }

    @Override
    public void observe(float[] logProbs) {
      for (int i = 0; i < size(); i++) {
        step.policy[from + i] = pairs.sums(logProbs, i);
      }
    }

    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      observe(logProbs);
      double share = 1.0 / step.members.size();
      SequenceLogProbs[] gradients = new SequenceLogProbs[size()];
      for (int i = 0; i < size(); i++) {
        LossTerms terms = step.terms().get(from + i);
        totals.addLoss(share * terms.loss());
        totals.addMetrics(
            step.loss.metrics(step.policy[from + i], step.members.get(from + i).frozen()), share);
        gradients[i] = terms.gradient().times(share);
      }
      return pairs.spread(gradients);
    }

    private int size() {
      return pairs.chosenOffsets().length;
    }
  }
}
