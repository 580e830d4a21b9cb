package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.data.Demonstration;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.transformer.MistralModel;

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
  private static final String ROUNDS = "self_play";
  private static final String FROZEN = "frozen";

  private final MistralModel policy;
  private final SelfPlay play;
  private final SelfPlaySampler sampler;
  private final PreferenceTrainer trainer;
  private final TrainingObserver observer;
  private final TrainingState state;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  ///
  /// @param loss SPAC's for [#train], SPIN's for [#trainOnDemonstrations]
  public SelfPlayTrainer(
      MistralModel policy,
      PreferenceLoss loss,
      SelfPlay play,
      TrainingOptions options,
      TrainingObserver observer) {
    this(policy, loss, play, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public SelfPlayTrainer(
      MistralModel policy,
      PreferenceLoss loss,
      SelfPlay play,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.policy = policy;
    this.play = play;
    this.sampler = new SelfPlaySampler(play, options.seed(), observer, state);
    this.trainer = new PreferenceTrainer(policy, loss, options, observer, state);
    this.observer = observer;
    this.state = state;
  }

  /// Plays all rounds on preferences; what is sampled is y'.
  ///
  /// A y' that the data brings (`self_ids`) stands in for sampling in the first round. Later rounds sample, because
  /// their pi_t is another one.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @return of each round, those of a former process included
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  /// @throws TrainingInterrupted if the state's keeper says so
  public List<RoundReport> train(List<PreferenceExample> examples, MistralModel previous) {
    return play(previous, new Preferences(examples));
  }

  /// Plays all rounds on demonstrations; what is sampled is y-. Where [SelfPlay#keepPrevious] asks for it, a round also
  /// reads the pairs that the round before has sampled, against its own pi_t.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @return of each round, those of a former process included
  /// @throws org.tramontane.tensor.UserError if loss or gradient is not finite; the weights are then as they were
  ///     before that step
  /// @throws TrainingInterrupted if the state's keeper says so
  public List<RoundReport> trainOnDemonstrations(
      List<Demonstration> examples, MistralModel previous) {
    return play(previous, new Demonstrations(examples, play.keepPrevious()));
  }

  /// Computes the first step of the first round on preferences and makes none.
  public DryRun dryRun(List<PreferenceExample> examples, MistralModel previous) {
    return dryRun(new Preferences(examples), previous);
  }

  /// Computes the first step of the first round on demonstrations and makes none.
  public DryRun dryRunOnDemonstrations(List<Demonstration> examples, MistralModel previous) {
    return dryRun(new Demonstrations(examples, play.keepPrevious()), previous);
  }

  private DryRun dryRun(Game game, MistralModel previous) {
    List<int[]> drawn = sampler.draw(1, game.prompts(1), previous);
    return trainer.dryRun(FrozenExample.score(previous, game.examples(1, drawn, List.of())));
  }

  /// How the examples of a round come from what is sampled.
  private sealed interface Game {
    /// What is asked in a round.
    List<int[]> prompts(int round);

    /// The examples of a round.
    ///
    /// @param drawn a response to each prompt
    /// @param drawnBefore those of the round before, where [#readsPreviousRound]
    List<PreferenceExample> examples(int round, List<int[]> drawn, List<int[]> drawnBefore);

    /// Whether a round reads what the one before has sampled.
    boolean readsPreviousRound();
  }

  /// SPAC's game: a third response to each pair.
  private record Preferences(List<PreferenceExample> given) implements Game {
    @Override
    public List<int[]> prompts(int round) {
      return PairsWithSelf.of(round, given).prompts();
    }

    @Override
    public List<PreferenceExample> examples(int round, List<int[]> drawn, List<int[]> drawnBefore) {
      return PairsWithSelf.of(round, given).complete(drawn);
    }

    @Override
    public boolean readsPreviousRound() {
      return false;
    }
  }

  /// SPIN's game: a second response to each demonstration.
  private record Demonstrations(List<Demonstration> given, boolean readsPreviousRound)
      implements Game {
    @Override
    public List<int[]> prompts(int round) {
      return given.stream().map(Demonstration::promptIds).toList();
    }

    @Override
    public List<PreferenceExample> examples(int round, List<int[]> drawn, List<int[]> drawnBefore) {
      List<PreferenceExample> pairs = new ArrayList<>();
      addPairs(drawn, pairs);
      addPairs(drawnBefore, pairs);
      return pairs;
    }

    private void addPairs(List<int[]> drawn, List<PreferenceExample> pairs) {
      for (int i = 0; i < drawn.size(); i++) {
        pairs.add(given.get(i).against(drawn.get(i)));
      }
    }
  }

  private List<RoundReport> play(MistralModel first, Game game) {
    state.keepParameters("policy", policy.trainable());
    PlayedRounds played = state.take(ROUNDS).map(PlayedRounds::of).orElseGet(PlayedRounds::new);
    state.keep(ROUNDS, played::describe);
    for (int round = played.round(); round <= play.rounds(); round++) {
      observer.onRoundStart(round, play.rounds());
      MistralModel previous = round == 1 ? first : policy;
      sampler.draw(round, game.prompts(round), previous, played.drawn());
      List<PreferenceExample> examples = game.examples(round, played.drawn(), played.drawnBefore());
      List<FrozenExample> frozen =
          FrozenExample.score(
              new FrozenLogProbs(state, ReferenceCache.NONE), FROZEN, previous, examples);
      played.end(trainer.train(round, play.rounds(), frozen), game.readsPreviousRound());
      state.drop(FROZEN);
      if (round < play.rounds()) {
        state.unitDone();
      }
    }
    return played.reports();
  }
}
