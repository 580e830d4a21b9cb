package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.tramontane.spac.loss.BcoLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.loss.UnpairedLoss.CompletionTerms;
import org.tramontane.transformer.CompletionBatch;

/// The mean of an [UnpairedLoss] over the responses of a step, all compared with one [ReferencePoint].
///
/// KTO's mismatched pairs go through the model first, without a gradient. BCO's point is the mean of rewards that come
/// with the gradient's own pass; a step of several micro-batches makes that pass twice. Either way a step means the
/// same however it is cut.
///
/// The examples are read in the order that they have, the same in every epoch, because mismatched pairs are made of
/// neighbours and scored once.
///
/// @param running BCO's state, which lives as long as the training
record UnpairedObjective(List<FrozenResponse> examples, UnpairedLoss loss, RunningMean running)
    implements Objective {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public boolean isShuffled() {
    return false;
  }

  @Override
  public void describe(StatePart state) {
    running.describe(state);
  }

  @Override
  public void restore(StatePart state) {
    running.restore(state);
  }

  @Override
  public OptimizerStep step(int[] numbers, int batchSize) {
    List<FrozenResponse> members = Arrays.stream(numbers).mapToObj(examples::get).toList();
    return switch (loss) {
      case KtoLoss kto -> {
        var point = new ReferencePoint.Mismatched(kto);
        List<OptimizerStep.Probe> probes = new ArrayList<>();
        for (int from = 0; from < members.size(); from += batchSize) {
          probes.add(MismatchedProbe.of(slice(members, from, batchSize), point));
        }
        yield new OptimizerStep(probes, List.copyOf(batches(members, batchSize, point)));
      }
      case BcoLoss bco -> {
        var point = new ReferencePoint.MeanReward(members.size(), running);
        List<Batch> batches = batches(members, batchSize, point);
        yield new OptimizerStep(
            batches.size() > 1 ? List.copyOf(batches) : List.of(), List.copyOf(batches));
      }
    };
  }

  private List<Batch> batches(List<FrozenResponse> members, int batchSize, ReferencePoint point) {
    Step step = new Step(members, loss, point);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < members.size(); from += batchSize) {
      List<FrozenResponse> slice = slice(members, from, batchSize);
      batches.add(
          new Batch(
              step,
              from,
              CompletionBatch.of(slice.stream().map(r -> r.response().completion()).toList())));
    }
    return batches;
  }

  private static <T> List<T> slice(List<T> list, int from, int count) {
    return list.subList(from, Math.min(from + count, list.size()));
  }

  /// @param frozen the reference's log-probabilities, one per completion
  @SuppressWarnings("ArrayRecordComponent") // nobody compares probes
  private record MismatchedProbe(
      CompletionBatch completions, double[] frozen, ReferencePoint.Mismatched point)
      implements OptimizerStep.Probe {

    static MismatchedProbe of(List<FrozenResponse> members, ReferencePoint.Mismatched point) {
      List<ScoredCompletion> pairs =
          members.stream()
              .map(member -> Objects.requireNonNull(member.mismatched(), "no mismatched pair"))
              .toList();
      return new MismatchedProbe(
          CompletionBatch.of(pairs.stream().map(ScoredCompletion::completion).toList()),
          pairs.stream().mapToDouble(ScoredCompletion::logProb).toArray(),
          point);
    }

    @Override
    public void observe(float[] logProbs) {
      double[] sums = completions.sums(logProbs);
      for (int i = 0; i < sums.length; i++) {
        point.observe(sums[i] - frozen[i]);
      }
    }
  }

  /// What the micro-batches of a step have in common.
  private record Step(List<FrozenResponse> members, UnpairedLoss loss, ReferencePoint point) {
    /// How many members have this label.
    long count(boolean desirable) {
      return members.stream().filter(member -> member.desirable() == desirable).count();
    }
  }

  /// @param from the number of the first member in the step
  private record Batch(Step step, int from, CompletionBatch completions)
      implements MicroBatch, OptimizerStep.Probe {

    @Override
    public void observe(float[] logProbs) {
      if (step.point instanceof ReferencePoint.MeanReward mean) {
        double[] sums = completions.sums(logProbs);
        for (int i = 0; i < sums.length; i++) {
          mean.observe(from + i, step.loss.rewardScale() * (sums[i] - frozen(i)));
        }
      }
    }

    @Override
    public float[] differentiate(float[] logProbs, StepTotals totals) {
      observe(logProbs);
      double[] sums = completions.sums(logProbs);
      double share = 1.0 / step.members.size();
      double point = step.point.value();
      double[] dSums = new double[sums.length];
      for (int i = 0; i < sums.length; i++) {
        boolean desirable = step.members.get(from + i).desirable();
        CompletionTerms terms = step.loss.at(desirable, sums[i], frozen(i), point);
        totals.addLoss(share * terms.loss());
        totals.addMetrics(metrics(desirable, sums[i], frozen(i), point), 1);
        dSums[i] = share * terms.gradient();
      }
      return completions.spread(dSums);
    }

    private double frozen(int i) {
      return step.members.get(from + i).response().logProb();
    }

    /// One response's shares of the step's means, which are over the responses of its label, as TRL has them. Means
    /// over a label that the step lacks are NaN, and so is the margin.
    private SequencedMap<String, Double> metrics(
        boolean desirable, double policy, double frozen, double point) {
      long count = step.count(desirable);
      double reward = step.loss.rewardScale() * (policy - frozen) / count;
      double other = step.count(!desirable) > 0 ? 0 : Double.NaN;
      SequencedMap<String, Double> metrics = new LinkedHashMap<>();
      metrics.put(step.point.metric(), point / step.members.size());
      metrics.put("rewards/chosen", desirable ? reward : other);
      metrics.put("rewards/rejected", desirable ? other : reward);
      metrics.put("rewards/margins", (desirable ? reward : -reward) + other);
      metrics.put("logps/chosen", desirable ? policy / count : other);
      metrics.put("logps/rejected", desirable ? other : policy / count);
      return metrics;
    }
  }
}
