package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;

/// Supervised fine-tuning: makes given responses more probable, by cross-entropy over their tokens.
public final class SftTrainer {
  private final TrainingLoop loop;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose weights are F32 and change.
  public SftTrainer(MistralModel policy, TrainingOptions options, TrainingObserver observer) {
    this.loop = new TrainingLoop(policy, options, observer);
    this.observer = observer;
  }

  /// Trains on `examples`, one or more.
  ///
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were before
  ///     that step
  public RoundReport train(List<Completion> examples) {
    observer.onRoundStart(1, 1);
    return loop.run(1, 1, new SupervisedObjective(examples));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<Completion> examples) {
    return loop.dryRun(new SupervisedObjective(examples));
  }
}
