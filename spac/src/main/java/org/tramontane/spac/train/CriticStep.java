package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.transformer.Parameters;

/// The critic's turn in SPAC's game: trains f to be low on y', high on the data, and to explain the preferences; see
/// [CriticLoss].
///
/// It needs no policy, only what the policy has sampled. Metrics of a step are [CriticLoss#metrics]; those of the whole
/// turn [CriticFigures], of [Critic#rewards].
public final class CriticStep {
  /// What the names of its parts of a training's state begin with.
  static final String PART = "critic_";

  private final Critic critic;
  private final CriticLoss loss;
  private final TrainingLoop loop;

  /// A step that trains `critic` from where it is.
  public CriticStep(
      Critic critic, CriticLoss loss, TrainingOptions options, TrainingObserver observer) {
    this(critic, loss, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public CriticStep(
      Critic critic,
      CriticLoss loss,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.critic = critic;
    this.loss = loss;
    this.loop = new TrainingLoop(PART, Trainee.of(critic.model()), options, observer, state);
  }

  /// Trains for a round, with an optimiser and a schedule of its own.
  ///
  /// @param examples one or more, each with y'
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the critic is then as it was before that
  ///     step
  /// @throws TrainingInterrupted if the state's keeper says so
  public RoundReport train(int round, int rounds, List<PreferenceExample> examples) {
    return loop.run(round, rounds, objective(examples));
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<PreferenceExample> examples) {
    return loop.dryRun(objective(examples));
  }

  /// Computes the first step and makes none; its gradient is in `gradients`, F32, when this returns.
  public DryRun dryRun(List<PreferenceExample> examples, Parameters gradients) {
    return loop.dryRun(objective(examples), gradients);
  }

  private Objective objective(List<PreferenceExample> examples) {
    return new CriticObjective(examples, loss, critic.bound());
  }
}
