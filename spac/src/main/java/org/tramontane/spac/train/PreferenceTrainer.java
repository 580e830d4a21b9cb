package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// Minimises a [PreferenceLoss] against frozen log-probabilities.
///
/// This is the step that DPO and each round of SPAC have in common; it needs no frozen model, only what it said.
public final class PreferenceTrainer {
  private final PreferenceLoss loss;
  private final TrainingLoop loop;

  /// A trainer of `policy`, whose weights are F32 and change.
  public PreferenceTrainer(
      MistralModel policy,
      PreferenceLoss loss,
      TrainingOptions options,
      TrainingObserver observer) {
    this.loss = loss;
    this.loop = new TrainingLoop(policy, options, observer);
  }

  /// Trains as one round of several.
  ///
  /// @param examples one or more, each with y' if the loss reads it
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were before
  ///     that step
  public RoundReport train(int round, int rounds, List<FrozenExample> examples) {
    return loop.run(round, rounds, objective(examples));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<FrozenExample> examples) {
    return loop.dryRun(objective(examples));
  }

  /// Computes the first step and makes none; its gradient is in `gradients`, F32, when this returns.
  public DryRun dryRun(List<FrozenExample> examples, MistralWeights gradients) {
    return loop.dryRun(objective(examples), gradients);
  }

  private PreferenceObjective objective(List<FrozenExample> examples) {
    for (FrozenExample example : examples) {
      if ((example.example().self() != null) != loss.readsSelf()) {
        throw new IllegalArgumentException(
            loss + (loss.readsSelf() ? " reads" : " does not read") + " a response of the model");
      }
    }
    return new PreferenceObjective(examples, loss);
  }
}
