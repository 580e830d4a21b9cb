package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.AotLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;

/// Minimises any [AlignmentLoss] against frozen log-probabilities.
///
/// This is the step that DPO and its rivals, and each round of self-play, have in common; it needs no frozen model,
/// only what it said.
public final class PreferenceTrainer {
  private final AlignmentLoss loss;
  private final TrainingLoop loop;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  public PreferenceTrainer(
      MistralModel policy, AlignmentLoss loss, TrainingOptions options, TrainingObserver observer) {
    this(policy, loss, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public PreferenceTrainer(
      MistralModel policy,
      AlignmentLoss loss,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.loss = loss;
    this.loop = new TrainingLoop(policy, options, observer, state);
  }

  /// Trains on pairs as one round of several.
  ///
  /// @param examples one or more, each with y' if the loss reads it
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public RoundReport train(int round, int rounds, List<FrozenExample> examples) {
    return loop.run(round, rounds, objective(examples));
  }

  /// Trains on labelled responses, in the order that they have.
  ///
  /// @param examples one or more, with mismatched pairs if the loss is KTO's
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public RoundReport trainUnpaired(List<FrozenResponse> examples) {
    return loop.run(1, 1, unpaired(examples));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<FrozenExample> examples) {
    return loop.dryRun(objective(examples));
  }

  /// Computes the first step and makes none; its gradient is in `gradients`, F32, when this returns.
  public DryRun dryRun(List<FrozenExample> examples, Parameters gradients) {
    return loop.dryRun(objective(examples), gradients);
  }

  /// Computes the first step on labelled responses and makes none.
  public DryRun dryRunUnpaired(List<FrozenResponse> examples) {
    return loop.dryRun(unpaired(examples));
  }

  /// Computes the first step on labelled responses and makes none; its gradient is in `gradients`, F32, when this
  /// returns.
  public DryRun dryRunUnpaired(List<FrozenResponse> examples, Parameters gradients) {
    return loop.dryRun(unpaired(examples), gradients);
  }

  private Objective objective(List<FrozenExample> examples) {
    boolean readsSelf = loss instanceof PreferenceLoss preference && preference.readsSelf();
    for (FrozenExample example : examples) {
      if ((example.example().self() != null) != readsSelf) {
        throw new IllegalArgumentException(
            loss + (readsSelf ? " reads" : " does not read") + " a response of the model");
      }
    }
    return switch (loss) {
      case PreferenceLoss preference -> new PreferenceObjective(examples, preference);
      case AotLoss aot -> new QuantileObjective(examples, aot);
      case UnpairedLoss unpaired ->
          throw new IllegalArgumentException(unpaired + " reads labelled responses, not pairs");
    };
  }

  private Objective unpaired(List<FrozenResponse> examples) {
    if (!(loss instanceof UnpairedLoss unpaired)) {
      throw new IllegalArgumentException(loss + " reads pairs, not labelled responses");
    }
    boolean readsMismatched = loss instanceof KtoLoss;
    for (FrozenResponse example : examples) {
      if ((example.mismatched() != null) != readsMismatched) {
        throw new IllegalArgumentException(
            loss + (readsMismatched ? " reads" : " does not read") + " mismatched pairs");
      }
    }
    return new UnpairedObjective(examples, unpaired, new RunningMean());
  }
}
