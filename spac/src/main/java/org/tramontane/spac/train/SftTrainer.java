package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;

/// Supervised fine-tuning: makes given responses more probable, by cross-entropy over their tokens.
///
/// What counts as a response is the completion's to say: prompts are not learned, and [Completion#afterFirst] makes all
/// of a sequence a response. Completions may be packed, several to a slot that counts as one example of a batch; each
/// stays a sequence of its own, with its own positions, and none sees another.
public final class SftTrainer {
  private final TrainingLoop loop;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  public SftTrainer(MistralModel policy, TrainingOptions options, TrainingObserver observer) {
    this(policy, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public SftTrainer(
      MistralModel policy,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.loop = new TrainingLoop(policy, options, observer, state);
    this.observer = observer;
  }

  /// Trains on `examples`, one or more.
  ///
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public RoundReport train(List<Completion> examples) {
    return trainPacked(alone(examples));
  }

  /// Trains on slots, one or more, of one or more completions each; see [org.tramontane.spac.data.Packing].
  ///
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public RoundReport trainPacked(List<List<Completion>> slots) {
    observer.onRoundStart(1, 1);
    return loop.run(1, 1, new SupervisedObjective(slots));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<Completion> examples) {
    return dryRunPacked(alone(examples));
  }

  /// Computes the first step on slots and makes none.
  public DryRun dryRunPacked(List<List<Completion>> slots) {
    return loop.dryRun(new SupervisedObjective(slots));
  }

  private static List<List<Completion>> alone(List<Completion> examples) {
    return examples.stream().map(List::of).toList();
  }
}
