package org.tramontane.spac.train;

import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.transformer.MistralModel;

/// SPAC's game in its explicit form (arXiv 2406.04274), with a critic that is a network of its own. Each of T rounds
///
/// 1. samples y' from pi_t for every prompt, and computes pi_t's log-probabilities of all responses once,
/// 2. trains the critic to f_t ([CriticStep]), and computes f_t of all responses once,
/// 3. fits `log(pi/pi_t)` to `eta f_t` ([PolicyStep]),
/// 4. measures the fit on all responses, and KL(pi || pi_t) and KL(pi || pi_ref) on fresh ones of pi,
/// 5. makes the policy pi_{t+1}.
///
/// Critic and policy never have activations, gradients or moments at the same time. The policy step needs no pi_t, only
/// what it said; but where divergences are measured, a copy of what is trained of pi_t is kept over the policy step. In the
/// first round pi_t is another model that is there anyway.
public final class SpacGameTrainer {
  private static final String GAME = "game";
  private static final String FROZEN = "frozen";
  private static final String PREVIOUS = "previous";

  private final MistralModel policy;
  private final MistralModel reference;
  private final Critic critic;
  private final SpacGame game;
  private final long seed;
  private final SelfPlaySampler sampler;
  private final CriticStep criticStep;
  private final PolicyStep policyStep;
  private final TrainingObserver observer;
  private final TrainingState state;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  ///
  /// @param reference pi_ref: another model that is what the policy is at the beginning, and stays so
  /// @param critic trained from where it is; where [SpacGame#freshCritic] asks for it, a fresh one of the
  ///     reference's weights, or with an adapter of [Critic#adapterSeed]
  /// @param criticOptions of the critic step
  /// @param options of the policy step; their seed is also that of sampling
  public SpacGameTrainer(
      MistralModel policy,
      MistralModel reference,
      Critic critic,
      SpacGame game,
      TrainingOptions criticOptions,
      TrainingOptions options,
      TrainingObserver observer) {
    this(policy, reference, critic, game, criticOptions, options, observer, TrainingState.unkept());
  }

  /// As above, for a training that may be interrupted and go on.
  public SpacGameTrainer(
      MistralModel policy,
      MistralModel reference,
      Critic critic,
      SpacGame game,
      TrainingOptions criticOptions,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.policy = policy;
    this.reference = reference;
    this.critic = critic;
    this.game = game;
    this.seed = options.seed();
    this.sampler = new SelfPlaySampler(game.play(), seed, observer, state);
    this.criticStep =
        new CriticStep(
            critic,
            game.criticLoss(),
            criticOptions,
            new PhaseObserver(GamePhase.CRITIC, observer),
            state);
    this.policyStep =
        new PolicyStep(
            policy,
            game.policyLoss(),
            options,
            new PhaseObserver(GamePhase.POLICY, observer),
            state);
    this.observer = observer;
    this.state = state;
  }

  /// Plays all rounds.
  ///
  /// A y' that the data brings (`self_ids`) stands in for sampling in the first round.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @return of each round, those of a former process included
  /// @throws org.tramontane.tensor.UserError if a loss or gradient is not finite; what was trained is then as it was before
  ///     that step
  /// @throws TrainingInterrupted if the state's keeper says so
  public List<GameRound> train(List<PreferenceExample> examples, MistralModel previous) {
    state.keepParameters("policy", policy.trainable());
    state.keepParameters(CriticStep.PART + "policy", critic.model().trainable());
    PlayedGame played = state.take(GAME).map(PlayedGame::of).orElseGet(PlayedGame::new);
    state.keep(GAME, played::describe);
    int rounds = game.play().rounds();
    for (int round = played.round(); round <= rounds; round++) {
      play(round, examples, round == 1 ? previous : policy, played);
      if (round < rounds) {
        state.unitDone();
      }
    }
    return played.rounds();
  }

  /// Computes the critic's first step of the first round and makes none. The policy's can't be known before the critic is
  /// trained: a fresh critic says 0 of everything, and there is nothing to fit.
  public DryRun dryRun(List<PreferenceExample> examples, MistralModel previous) {
    PairsWithSelf pairs = PairsWithSelf.of(1, examples);
    return criticStep.dryRun(pairs.complete(sampler.draw(1, pairs.prompts(), previous)));
  }

  private void play(
      int round, List<PreferenceExample> given, MistralModel previous, PlayedGame played) {
    observer.onRoundStart(round, game.play().rounds());
    PairsWithSelf pairs = PairsWithSelf.of(round, given);
    sampler.draw(round, pairs.prompts(), previous, played.drawn());
    List<PreferenceExample> examples = pairs.complete(played.drawn());
    List<FrozenExample> frozen =
        FrozenExample.score(
            new FrozenLogProbs(state, ReferenceCache.NONE), FROZEN, previous, examples);
    playCritic(round, examples, played);
    List<RewardedExample> rewarded = RewardedExample.of(frozen, played.rewards());
    observer.onPhase(round, GamePhase.POLICY);
    try (PolicySnapshot snapshot = needsSnapshot(round) ? new PolicySnapshot(policy) : null) {
      if (snapshot != null) {
        state.keepParameters(PREVIOUS, snapshot.model().trainable());
      }
      if (played.policy().isEmpty()) {
        played.endPolicy(policyStep.train(round, game.play().rounds(), rewarded));
      }
      GameRound result =
          result(
              played,
              policyStep.fit(rewarded),
              divergences(round, examples, snapshot == null ? first(previous) : snapshot.model()));
      observer.onGameRound(result);
      observer.onRoundEnd(played.policy().orElseThrow());
      played.end(result);
    }
    state.drop(PREVIOUS);
    state.drop(FROZEN);
  }

  private void playCritic(int round, List<PreferenceExample> examples, PlayedGame played) {
    if (played.critic().isEmpty()) {
      observer.onPhase(round, GamePhase.CRITIC);
      if (played.beginCritic() && game.freshCritic() && round > 1) {
        critic.model().restart(reference.weights(), Critic.adapterSeed(seed));
      }
      played.endCritic(criticStep.train(round, game.play().rounds(), examples));
    }
    if (played.rewards().isEmpty()) {
      played.reward(critic.rewards(examples, state::poll));
      state.unitDone();
    }
  }

  /// Whether pi_t of a round is the policy itself, and will be asked when that has changed.
  private boolean needsSnapshot(int round) {
    return round > 1 && game.klSamples() > 0;
  }

  /// A model that stays what pi_t of the first round is.
  private MistralModel first(MistralModel previous) {
    return previous == policy ? reference : previous;
  }

  private static GameRound result(
      PlayedGame played, PolicyFit fit, List<ReferenceDivergence> divergences) {
    RoundReport report = played.critic().orElseThrow();
    return new GameRound(
        report.round(),
        report.steps(),
        report.firstLoss(),
        report.lastLoss(),
        CriticFigures.of(played.rewards()),
        fit,
        divergences.isEmpty() ? null : GameRound.Divergence.of(divergences.getFirst()),
        divergences.isEmpty() ? null : GameRound.Divergence.of(divergences.getLast()));
  }

  /// From pi_t and from pi_ref, by answers to the first prompts; none where they are not asked for.
  private List<ReferenceDivergence> divergences(
      int round, List<PreferenceExample> examples, MistralModel previous) {
    List<int[]> asked =
        examples.stream().limit(game.klSamples()).map(PreferenceExample::promptIds).toList();
    return asked.isEmpty()
        ? List.of()
        : ReferenceDivergence.measure(
            policy,
            List.of(previous, reference),
            asked,
            game.play().maxNewTokens(),
            new SplittableRandom(~seed + round).nextLong(),
            state::poll);
  }
}
