package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.transformer.MistralModel;

/// Direct Preference Optimization against a reference model.
///
/// The reference's log-probabilities are computed once, before the first step; so the policy itself may be its own
/// reference, which then is what it was when training began.
public final class DpoTrainer {
  private final MistralModel reference;
  private final PreferenceTrainer trainer;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose weights are F32 and change.
  public DpoTrainer(
      MistralModel policy,
      MistralModel reference,
      DpoLoss loss,
      TrainingOptions options,
      TrainingObserver observer) {
    this.reference = reference;
    this.trainer = new PreferenceTrainer(policy, loss, options, observer);
    this.observer = observer;
  }

  /// Trains on `examples`, one or more; y' in them is not read.
  ///
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were before
  ///     that step
  public RoundReport train(List<PreferenceExample> examples) {
    observer.onRoundStart(1, 1);
    return trainer.train(1, 1, frozen(examples));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<PreferenceExample> examples) {
    return trainer.dryRun(frozen(examples));
  }

  private List<FrozenExample> frozen(List<PreferenceExample> examples) {
    return FrozenExample.score(
        reference, examples.stream().map(PreferenceExample::withoutSelf).toList());
  }
}
