package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;

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
  private final MistralModel policy;
  private final MistralModel reference;
  private final Critic critic;
  private final SpacGame game;
  private final long seed;
  private final CriticStep criticStep;
  private final PolicyStep policyStep;
  private final TrainingObserver observer;

  /// A trainer of `policy`, whose adapter changes, or its weights, then F32.
  ///
  /// @param reference pi_ref: another model that is what the policy is at the beginning, and stays so
  /// @param critic trained from where it is; a fresh one of the reference's weights where [SpacGame#freshCritic] asks for it
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
    this.policy = policy;
    this.reference = reference;
    this.critic = critic;
    this.game = game;
    this.seed = options.seed();
    this.criticStep =
        new CriticStep(
            critic,
            game.criticLoss(),
            criticOptions,
            new PhaseObserver(GamePhase.CRITIC, observer));
    this.policyStep =
        new PolicyStep(
            policy, game.policyLoss(), options, new PhaseObserver(GamePhase.POLICY, observer));
    this.observer = observer;
  }

  /// Plays all rounds.
  ///
  /// A y' that the data brings (`self_ids`) stands in for sampling in the first round.
  ///
  /// @param examples one or more
  /// @param previous pi_t of the first round; the policy itself unless there is reason for another
  /// @throws org.tramontane.tensor.UserError if a loss or gradient is not finite; what was trained is then as it was before
  ///     that step
  public List<GameRound> train(List<PreferenceExample> examples, MistralModel previous) {
    List<GameRound> rounds = new ArrayList<>();
    for (int round = 1; round <= game.play().rounds(); round++) {
      rounds.add(play(round, examples, round == 1 ? previous : policy));
    }
    return rounds;
  }

  /// Computes the critic's first step of the first round and makes none. The policy's can't be known before the critic is
  /// trained: a fresh critic says 0 of everything, and there is nothing to fit.
  public DryRun dryRun(List<PreferenceExample> examples, MistralModel previous) {
    return criticStep.dryRun(withSelf(1, examples, previous));
  }

  private GameRound play(int round, List<PreferenceExample> given, MistralModel previous) {
    int rounds = game.play().rounds();
    observer.onRoundStart(round, rounds);
    List<PreferenceExample> examples = withSelf(round, given, previous);
    List<FrozenExample> frozen = FrozenExample.score(previous, examples);

    observer.onPhase(round, GamePhase.CRITIC);
    if (game.freshCritic() && round > 1) {
      critic.model().restart(reference.weights(), seed);
    }
    RoundReport criticReport = criticStep.train(round, rounds, examples);
    List<ResponseRewards> rewards = critic.rewards(examples);
    List<RewardedExample> rewarded = RewardedExample.of(frozen, rewards);

    observer.onPhase(round, GamePhase.POLICY);
    try (PolicySnapshot snapshot = needsSnapshot(round) ? new PolicySnapshot(policy) : null) {
      RoundReport report = policyStep.train(round, rounds, rewarded);
      GameRound result =
          result(
              criticReport,
              CriticFigures.of(rewards),
              policyStep.fit(rewarded),
              divergences(round, examples, snapshot == null ? first(previous) : snapshot.model()));
      observer.onGameRound(result);
      observer.onRoundEnd(report);
      return result;
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
      RoundReport report,
      CriticFigures figures,
      PolicyFit fit,
      List<ReferenceDivergence> divergences) {
    @Nullable ReferenceDivergence fromPrevious =
        divergences.isEmpty() ? null : divergences.getFirst();
    @Nullable ReferenceDivergence fromReference =
        divergences.isEmpty() ? null : divergences.getLast();
    return new GameRound(
        report.round(),
        report.steps(),
        report.firstLoss(),
        report.lastLoss(),
        figures,
        fit,
        fromPrevious,
        fromReference);
  }

  /// From pi_t and from pi_ref, by answers to the first prompts; none where they are not asked for.
  private List<ReferenceDivergence> divergences(
      int round, List<PreferenceExample> examples, MistralModel previous) {
    List<int[]> prompts =
        examples.stream()
            .limit(game.klSamples())
            .map(PreferenceExample::promptIds)
            .toList();
    return prompts.isEmpty()
        ? List.of()
        : ReferenceDivergence.measure(
            policy,
            List.of(previous, reference),
            prompts,
            game.play().maxNewTokens(),
            new SplittableRandom(~seed + round).nextLong());
  }

  private List<PreferenceExample> withSelf(
      int round, List<PreferenceExample> given, MistralModel previous) {
    List<PreferenceExample> examples =
        round == 1 ? given : given.stream().map(PreferenceExample::withoutSelf).toList();
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

  private List<int[]> sample(int round, List<int[]> prompts, MistralModel previous) {
    long[] tokens = {0};
    int[] begun = {0};
    return new Generator(previous)
        .generate(
            prompts,
            GenerationOptions.of(previous.config(), game.play().maxNewTokens()),
            new Sampler.Sampling(
                game.play().temperature(), 0, 1, 0, new SplittableRandom(seed + round).nextLong()),
            (sequence, id) -> {
              begun[0] = Math.max(begun[0], sequence + 1);
              observer.onSampling(round, begun[0], prompts.size(), ++tokens[0]);
            });
  }
}
