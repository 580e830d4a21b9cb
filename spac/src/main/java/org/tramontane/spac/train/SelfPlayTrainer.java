package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.spac.data.Demonstration;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;

/// Rounds of self-play: SPAC (arXiv 2406.04274, Algorithm 2) on preferences, SPIN (arXiv 2401.01335, Algorithm 1) on
/// demonstrations. Each of T rounds
///
/// 1. samples a response from pi_t for every prompt: SPAC's y', SPIN's y-,
/// 2. computes pi_t's log-probabilities of all responses once,
/// 3. minimises the loss over the policy, with a fresh optimiser and schedule,
/// 4. makes the policy pi_{t+1}.
///
/// pi_t is only asked at the beginning of a round, when it still is the policy; so no copy of it is kept.
public final class SelfPlayTrainer {
  private final MistralModel policy;
  private final SelfPlay play;
  private final long seed;
  private final PreferenceTrainer trainer;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  ///
  /// @param loss SPAC's for [#train], SPIN's for [#trainOnDemonstrations]
  public SelfPlayTrainer(
      MistralModel policy,
      PreferenceLoss loss,
      SelfPlay play,
      TrainingOptions options,
      TrainingObserver observer) {
    this.policy = policy;
    this.play = play;
    this.seed = options.seed();
    this.trainer = new PreferenceTrainer(policy, loss, options, observer);
    this.observer = observer;
  }

  /// Plays all rounds on preferences; what is sampled is y'.
  ///
  /// A y' that the data brings (`self_ids`) stands in for sampling in the first round. Later rounds sample, because
  /// their pi_t is another one.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public List<RoundReport> train(List<PreferenceExample> examples, MistralModel previous) {
    return play(
        previous,
        (round, model) ->
            withSelf(
                round,
                round == 1
                    ? examples
                    : examples.stream().map(PreferenceExample::withoutSelf).toList(),
                model));
  }

  /// Plays all rounds on demonstrations; what is sampled is y-. Where [SelfPlay#keepPrevious] asks for it, a round also
  /// reads the pairs that the round before has sampled, against its own pi_t.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  public List<RoundReport> trainOnDemonstrations(
      List<Demonstration> examples, MistralModel previous) {
    List<PreferenceExample> kept = new ArrayList<>();
    return play(
        previous,
        (round, model) -> {
          List<PreferenceExample> drawn = withRejected(round, examples, model);
          List<PreferenceExample> all = new ArrayList<>(drawn);
          all.addAll(kept);
          kept.clear();
          if (play.keepPrevious()) {
            kept.addAll(drawn);
          }
          return all;
        });
  }

  /// Computes the first step of the first round on preferences and makes none.
  public DryRun dryRun(List<PreferenceExample> examples, MistralModel previous) {
    return trainer.dryRun(FrozenExample.score(previous, withSelf(1, examples, previous)));
  }

  /// Computes the first step of the first round on demonstrations and makes none.
  public DryRun dryRunOnDemonstrations(List<Demonstration> examples, MistralModel previous) {
    return trainer.dryRun(FrozenExample.score(previous, withRejected(1, examples, previous)));
  }

  /// Makes the examples of a round.
  private interface Draw {
    List<PreferenceExample> examples(int round, MistralModel previous);
  }

  private List<RoundReport> play(MistralModel first, Draw draw) {
    List<RoundReport> reports = new ArrayList<>();
    for (int round = 1; round <= play.rounds(); round++) {
      observer.onRoundStart(round, play.rounds());
      MistralModel previous = round == 1 ? first : policy;
      List<FrozenExample> frozen = FrozenExample.score(previous, draw.examples(round, previous));
      reports.add(trainer.train(round, play.rounds(), frozen));
    }
    return reports;
  }

  private List<PreferenceExample> withSelf(
      int round, List<PreferenceExample> examples, MistralModel previous) {
    List<int[]> prompts =
        examples.stream()
            .filter(example -> example.self() == null)
            .map(PreferenceExample::promptIds)
            .toList();
    List<int[]> drawn = sample(round, prompts, previous);
    List<PreferenceExample> complete = new ArrayList<>();
    int next = 0;
    for (PreferenceExample example : examples) {
      complete.add(example.self() == null ? example.withSelf(drawn.get(next++)) : example);
    }
    return complete;
  }

  private List<PreferenceExample> withRejected(
      int round, List<Demonstration> examples, MistralModel previous) {
    List<int[]> drawn =
        sample(round, examples.stream().map(Demonstration::promptIds).toList(), previous);
    List<PreferenceExample> pairs = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      pairs.add(examples.get(i).against(drawn.get(i)));
    }
    return pairs;
  }

  private List<int[]> sample(int round, List<int[]> prompts, MistralModel previous) {
    return new Generator(previous)
        .generate(
            prompts,
            GenerationOptions.of(previous.config(), play.maxNewTokens()),
            new Sampler.Sampling(
                play.temperature(), 0, 1, 0, new SplittableRandom(seed + round).nextLong()),
            new Progress(round, prompts.size()));
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
