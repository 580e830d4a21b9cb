package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;

/// Self-Play with Adversarial Critic (arXiv 2406.04274, Algorithm 2): T rounds of
///
/// 1. sample y' from pi_t for every prompt,
/// 2. compute pi_t's log-probabilities of y+, y- and y' once,
/// 3. minimise [SpacLoss] over the policy, with a fresh optimiser and schedule,
/// 4. the policy becomes pi_{t+1}.
///
/// pi_t is only asked at the beginning of a round, when it still is the policy; so no copy of it is kept.
///
/// A y' that the data brings (`self_ids`) stands in for sampling in the first round. Later rounds sample, because its
/// pi_t is another one.
public final class SpacTrainer {
  private final MistralModel policy;
  private final SelfPlay play;
  private final long seed;
  private final PreferenceTrainer trainer;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose weights are F32 and change.
  public SpacTrainer(
      MistralModel policy,
      SpacLoss loss,
      SelfPlay play,
      TrainingOptions options,
      TrainingObserver observer) {
    this.policy = policy;
    this.play = play;
    this.seed = options.seed();
    this.trainer = new PreferenceTrainer(policy, loss, options, observer);
    this.observer = observer;
  }

  /// Plays all rounds.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were before
  ///     that step
  public List<RoundReport> train(List<PreferenceExample> examples, MistralModel previous) {
    List<RoundReport> reports = new ArrayList<>();
    for (int round = 1; round <= play.rounds(); round++) {
      observer.onRoundStart(round, play.rounds());
      List<FrozenExample> frozen =
          round == 1
              ? frozen(1, examples, previous)
              : frozen(
                  round, examples.stream().map(PreferenceExample::withoutSelf).toList(), policy);
      reports.add(trainer.train(round, play.rounds(), frozen));
    }
    return reports;
  }

  /// Computes the first step of the first round and makes none.
  public DryRun dryRun(List<PreferenceExample> examples, MistralModel previous) {
    return trainer.dryRun(frozen(1, examples, previous));
  }

  /// The examples with y' and what pi_t says of all responses.
  private List<FrozenExample> frozen(
      int round, List<PreferenceExample> examples, MistralModel previous) {
    return FrozenExample.score(previous, withSelf(round, examples, previous));
  }

  private List<PreferenceExample> withSelf(
      int round, List<PreferenceExample> examples, MistralModel previous) {
    List<PreferenceExample> without =
        examples.stream().filter(example -> example.self() == null).toList();
    List<int[]> drawn =
        new Generator(previous)
            .generate(
                without.stream().map(PreferenceExample::promptIds).toList(),
                GenerationOptions.of(previous.config(), play.maxNewTokens()),
                new Sampler.Sampling(
                    play.temperature(), 0, 1, 0, new SplittableRandom(seed + round).nextLong()),
                new Progress(round, without.size()));
    List<PreferenceExample> complete = new ArrayList<>();
    int next = 0;
    for (PreferenceExample example : examples) {
      complete.add(example.self() == null ? example.withSelf(drawn.get(next++)) : example);
    }
    return complete;
  }

  /// Tells the observer of each token.
  private final class Progress implements Generator.Listener {
    private final int round;
    private final int responses;
    private int begun;
    private long tokens;

    Progress(int round, int responses) {
      this.round = round;
      this.responses = responses;
    }

    @Override
    public void onToken(int sequence, int id) {
      begun = Math.max(begun, sequence + 1);
      observer.onSampling(round, begun, responses, ++tokens);
    }
  }
}
