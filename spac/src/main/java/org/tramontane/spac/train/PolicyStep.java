package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;

/// The policy's turn in SPAC's game: fits `log(pi/pi_t)` to `eta f_t` by regression on pairs of responses; see
/// [PolicyFitLoss].
///
/// It needs neither pi_t nor the critic, only what they said of the responses. Metrics of a step are
/// [PolicyFitLoss#metrics] and `fit_unexplained`; those of the whole turn [PolicyFit].
public final class PolicyStep {
  private final MistralModel policy;
  private final PolicyFitLoss loss;
  private final TrainingLoop loop;
  private final TrainingState state;

  /// A step that trains `policy`, whose adapter changes, or its weights, then F32.
  public PolicyStep(
      MistralModel policy, PolicyFitLoss loss, TrainingOptions options, TrainingObserver observer) {
    this(policy, loss, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public PolicyStep(
      MistralModel policy,
      PolicyFitLoss loss,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.policy = policy;
    this.loss = loss;
    this.loop = new TrainingLoop(policy, options, observer, state);
    this.state = state;
  }

  /// Trains for a round, with an optimiser and a schedule of its own.
  ///
  /// @param examples one or more
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  /// @throws TrainingInterrupted if the state's keeper says so
  public RoundReport train(int round, int rounds, List<RewardedExample> examples) {
    return loop.run(round, rounds, new PolicyFitObjective(examples, loss));
  }

  /// How well the policy fits as it is now: a forward pass over all responses.
  ///
  /// @throws TrainingInterrupted if the state's keeper says so
  public PolicyFit fit(List<RewardedExample> examples) {
    List<FrozenExample> now =
        FrozenExample.score(
            policy,
            examples.stream().map(example -> example.scored().example()).toList(),
            state::poll);
    return PolicyFit.of(loss, examples, now.stream().map(FrozenExample::frozen).toList());
  }

  /// Computes the first step and makes none.
  public DryRun dryRun(List<RewardedExample> examples) {
    return loop.dryRun(new PolicyFitObjective(examples, loss));
  }

  /// Computes the first step and makes none; its gradient is in `gradients`, F32, when this returns.
  public DryRun dryRun(List<RewardedExample> examples, Parameters gradients) {
    return loop.dryRun(new PolicyFitObjective(examples, loss), gradients);
  }
}
