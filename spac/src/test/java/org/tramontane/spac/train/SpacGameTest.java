package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.spac.train.TrainingLength.Steps;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Parameters;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.ValueModel;

/// SPAC's game in its explicit form, on worlds that are small enough to know what has to come out.
class SpacGameTest {
  private static final LoraConfig LORA = LoraConfig.of(4, 8, LinearModule.ofLayers());

  /// Under a frozen head, the final norm leaves few log-probabilities within reach.
  private static final LoraConfig WITH_HEAD =
      LoraConfig.of(8, 16, EnumSet.allOf(LinearModule.class));

  private final MistralConfig config =
      MistralConfig.builder()
          .vocabSize(12)
          .hiddenSize(16)
          .intermediateSize(24)
          .layers(2)
          .heads(2, 1)
          .maxPositions(16)
          .initializerRange(0.3)
          .build();
  private final Arena arena = Arena.ofShared();
  private final Backend backend = Backends.create("cpu", new BackendOptions(2, Blas.JAVA));

  @AfterEach
  void close() {
    backend.close();
    arena.close();
  }

  private MistralWeights weights(long seed) {
    return MistralWeights.random(config, seed, arena);
  }

  private MistralModel model(long seed) {
    return new MistralModel(weights(seed), backend);
  }

  private Critic critic(boolean low, double bound) {
    ValueModel model =
        low
            ? ValueModel.onAdapter(model(1), LORA, 3, arena)
            : ValueModel.onCopyOf(weights(1), backend, arena);
    return new Critic(model, new RewardBound(bound));
  }

  private static TrainingOptions options(int batch, long steps, double rate) {
    return new TrainingOptions(
        AdamWOptions.of(rate),
        new LearningRateSchedule.Linear(Warmup.NONE),
        new Steps(steps),
        batch,
        1,
        7);
  }

  private static void train(
      Critic critic, double lambda, List<PreferenceExample> examples, long steps) {
    new CriticStep(
            critic,
            new CriticLoss(lambda),
            options(examples.size(), steps, 0.01),
            TrainingObserver.NONE)
        .train(1, 1, examples);
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  // ---- the policy step

  /// Responses of one token to two prompts, of a vocabulary that the pairs reach as a whole: the policy that fits is
  /// known.
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void thePolicyStepReachesTheSolution(boolean low) {
    double eta = 0.5;
    MistralModel previous = model(1);
    MistralModel policy =
        low
            ? previous.withAdapter(LoraAdapter.random(WITH_HEAD, config, 5, arena))
            : new MistralModel(previous.weights().toF32(arena), backend);
    SplittableRandom random = new SplittableRandom(9);
    double[][] rewards = new double[2][];
    List<PreferenceExample> examples = new ArrayList<>();
    List<ResponseRewards> given = new ArrayList<>();
    for (int prompt = 0; prompt < 2; prompt++) {
      double[] f = random.doubles(config.vocabSize(), -3, 3).toArray();
      rewards[prompt] = f;
      for (int y = 0; y < config.vocabSize(); y += 2) {
        int next = (y + 2) % config.vocabSize();
        examples.add(PreferenceExample.of(ids(3 + prompt), ids(y), ids(y + 1)).withSelf(ids(next)));
        given.add(new ResponseRewards(f[y], f[y + 1], f[next]));
      }
    }
    List<RewardedExample> rewarded =
        RewardedExample.of(FrozenExample.score(previous, examples), given);
    PolicyStep step =
        new PolicyStep(
            policy,
            new PolicyFitLoss(eta, PolicyFitLoss.Pairs.ALL),
            options(12, 800, 0.01),
            TrainingObserver.NONE);
    assertThat(step.fit(rewarded).unexplained()).isCloseTo(1, within(1e-5));
    step.train(1, 1, rewarded);
    assertThat(step.fit(rewarded).unexplained()).isLessThan(1e-4);

    for (int prompt = 0; prompt < 2; prompt++) {
      double[] before = logProbs(previous, 3 + prompt);
      double[] after = logProbs(policy, 3 + prompt);
      double z = 0;
      for (int y = 0; y < before.length; y++) {
        z += Math.exp(before[y] + eta * rewards[prompt][y]);
      }
      for (int y = 0; y < before.length; y++) {
        assertThat(after[y])
            .as("prompt %d, response %d", prompt, y)
            .isCloseTo(before[y] + eta * rewards[prompt][y] - Math.log(z), within(0.03));
      }
    }
  }

  /// log pi(y|x) of every response of one token.
  private double[] logProbs(MistralModel model, int prompt) {
    List<Completion> completions = new ArrayList<>();
    for (int y = 0; y < config.vocabSize(); y++) {
      completions.add(new Completion(ids(prompt), ids(y)));
    }
    try (Scorer scorer = new Scorer(model)) {
      return scorer.logProbs(completions);
    }
  }

  // ---- the critic step

  /// Without preferences, f is as low as it may be on y' and as high on the data.
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void withoutPreferencesTheCriticTellsOwnFromData(boolean low) {
    Critic critic = critic(low, 2);
    List<PreferenceExample> examples = rule(12, 4);
    train(critic, 0, examples, 300);
    CriticFigures figures = CriticFigures.of(critic.rewards(examples));
    assertThat(figures.self()).isBetween(-2.0, -1.9);
    assertThat(figures.data()).isBetween(1.9, 2.0);
  }

  /// With a large lambda, f is the likeliest reward: a beats b three times in four, so f(a) - f(b) = ln 3.
  @Test
  void withALargeLambdaTheCriticIsTheLikeliestReward() {
    Critic critic = critic(false, 5);
    List<PreferenceExample> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int[] good = i < 3 ? ids(5) : ids(6);
      int[] bad = i < 3 ? ids(6) : ids(5);
      examples.add(PreferenceExample.of(ids(3), good, bad).withSelf(ids(7)));
    }
    train(critic, 1000, examples, 400);
    ResponseRewards f = critic.rewards(examples).getFirst();
    assertThat(f.chosen() - f.rejected()).isCloseTo(Math.log(3), within(0.02));
  }

  /// In between the minimum is known too: with f(a), f(b) and f(y') free in the box [-B, B], y' goes to -B, the better
  /// response to B, and the worse one to where its pull upwards, 1/2, is what the preferences say.
  @Test
  void inBetweenTheMinimumIsWhereBothSidesBalance() {
    double bound = 3;
    double lambda = 2;
    Critic critic = critic(false, bound);
    List<PreferenceExample> examples =
        List.of(PreferenceExample.of(ids(3), ids(5), ids(6)).withSelf(ids(7)));
    train(critic, lambda, examples, 1500);
    ResponseRewards f = critic.rewards(examples).getFirst();
    assertThat(f.self()).isCloseTo(-bound, within(0.1));
    assertThat(f.chosen()).isCloseTo(bound, within(0.1));
    // 1/2 = lambda sigmoid(-z), so z = ln(2 lambda - 1).
    assertThat(f.chosen() - f.rejected()).isCloseTo(Math.log(2 * lambda - 1), within(0.05));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void theCriticLearnsWhatIsPreferred(boolean low) {
    Critic critic = critic(low, 5);
    List<PreferenceExample> heldOut = rule(40, 5);
    CriticFigures before = CriticFigures.of(critic.rewards(heldOut));
    assertThat(before.accuracy()).isEqualTo(0.5);
    assertThat(before.preferenceNll()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(before.self()).isZero();
    train(critic, 4, rule(40, 4), 150);
    CriticFigures after = CriticFigures.of(critic.rewards(heldOut));
    assertThat(after.accuracy()).isGreaterThan(0.9);
    assertThat(after.preferenceNll()).isLessThan(0.4);
  }

  /// Responses of two tokens of which the chosen one has an even last token; y' ends with 11.
  private static List<PreferenceExample> rule(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PreferenceExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = ids(random.nextInt(1, 11), random.nextInt(1, 11));
      examples.add(
          PreferenceExample.of(
                  prompt,
                  ids(random.nextInt(1, 11), 2 * random.nextInt(1, 5)),
                  ids(random.nextInt(1, 11), 2 * random.nextInt(1, 5) + 1))
              .withSelf(ids(random.nextInt(1, 11), 11)));
    }
    return examples;
  }

  @Test
  void theFirstStepIsKnown() {
    DryRun run =
        new CriticStep(
                critic(false, 5), new CriticLoss(3), options(4, 1, 0.01), TrainingObserver.NONE)
            .dryRun(rule(4, 1));
    assertThat(run.loss()).isCloseTo(3 * Math.log(2), within(1e-9));
    assertThat(run.gradNorm()).isPositive();
    assertThat(run.metrics().keySet())
        .containsExactly(
            "critic_term",
            "preference_term",
            "critic/self",
            "critic/data",
            "critic/chosen",
            "critic/rejected",
            "critic/accuracies");
  }

  @Test
  void aCriticNeedsAResponseOfTheModel() {
    List<PreferenceExample> without = List.of(PreferenceExample.of(ids(1), ids(2), ids(3)));
    assertThatThrownBy(() -> critic(false, 5).rewards(without))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without y'");
  }

  @Test
  void accumulationChangesNothing() {
    List<PreferenceExample> examples = rule(7, 4);
    List<ResponseRewards> rewards = new ArrayList<>();
    for (int[] shape : new int[][] {{7, 1}, {2, 4}}) {
      Critic critic = critic(false, 5);
      TrainingOptions options =
          new TrainingOptions(
              AdamWOptions.of(0.01),
              new LearningRateSchedule.Constant(Warmup.NONE),
              new Steps(3),
              shape[0],
              shape[1],
              7);
      new CriticStep(critic, new CriticLoss(1), options, TrainingObserver.NONE)
          .train(1, 1, examples);
      rewards.add(critic.rewards(examples).getFirst());
    }
    assertThat(rewards.get(1).self()).isCloseTo(rewards.get(0).self(), within(1e-3));
    assertThat(rewards.get(1).chosen()).isCloseTo(rewards.get(0).chosen(), within(1e-3));
  }

  // ---- rounds

  /// Remembers what it hears.
  private static final class Heard implements TrainingObserver {
    final List<String> events = new ArrayList<>();
    final List<StepReport> steps = new ArrayList<>();

    @Override
    public void onRoundStart(int round, int rounds) {
      events.add("start " + round);
    }

    @Override
    public void onPhase(int round, GamePhase phase) {
      events.add(phase + " " + round);
    }

    @Override
    public void onStep(StepReport step) {
      steps.add(step);
    }

    @Override
    public void onGameRound(GameRound round) {
      events.add("game " + round.round());
    }

    @Override
    public void onRoundEnd(RoundReport round) {
      events.add("end " + round.round() + " after " + round.steps());
    }
  }

  private List<GameRound> play(
      MistralModel policy, Critic critic, boolean fresh, int klSamples, TrainingObserver observer) {
    List<PreferenceExample> pairs =
        rule(8, 4).stream().map(PreferenceExample::withoutSelf).toList();
    SpacGame game =
        new SpacGame(
            new SelfPlay(2, 5, 1),
            new CriticLoss(1),
            new PolicyFitLoss(0.5, PolicyFitLoss.Pairs.ALL),
            fresh,
            klSamples);
    return new SpacGameTrainer(
            policy, model(1), critic, game, options(4, 30, 0.01), options(4, 40, 0.005), observer)
        .train(pairs, policy);
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,true", "false,true"})
  void rounds(boolean lowPolicy, boolean lowCritic) {
    Heard heard = new Heard();
    MistralModel policy = policy(lowPolicy);
    List<GameRound> rounds = play(policy, critic(lowCritic, 3), false, 8, heard);
    assertThat(heard.events)
        .containsExactly(
            "start 1",
            "CRITIC 1",
            "POLICY 1",
            "game 1",
            "end 1 after 40",
            "start 2",
            "CRITIC 2",
            "POLICY 2",
            "game 2",
            "end 2 after 40");
    assertThat(rounds).extracting(GameRound::criticSteps).containsExactly(30L, 30L);
    for (GameRound round : rounds) {
      assertThat(round.criticLastLoss()).isLessThan(round.criticFirstLoss());
      assertThat(round.critic().self()).isBetween(-3.0, round.critic().data());
      assertThat(round.fit().unexplained()).isBetween(0.0, 0.8);
    }
    GameRound.Divergence first = Objects.requireNonNull(rounds.getFirst().fromPrevious());
    assertThat(first).isEqualTo(rounds.getFirst().fromReference());
    assertThat(first.responses()).isEqualTo(8);
    assertThat(first.standardError()).isPositive();
    GameRound.Divergence second = Objects.requireNonNull(rounds.getLast().fromPrevious());
    assertThat(second.kl())
        .isNotEqualTo(Objects.requireNonNull(rounds.getLast().fromReference()).kl());

    assertThat(heard.steps).hasSize(140);
    assertThat(heard.steps)
        .extracting(step -> List.copyOf(step.row().keySet()))
        .containsOnly(List.copyOf(heard.steps.getFirst().row().keySet()));
    for (StepReport step : heard.steps) {
      boolean ofCritic = metric(step, "phase") == GamePhase.CRITIC.number();
      assertThat(Double.isNaN(metric(step, "critic/self"))).isNotEqualTo(ofCritic);
      assertThat(Double.isNaN(metric(step, "fit_error"))).isEqualTo(ofCritic);
      if (!ofCritic) {
        assertThat(step.metrics().get("fit_error")).isCloseTo(step.loss(), within(1e-9));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    MistralModel one = model(1);
    MistralModel two = model(1);
    Critic criticOne = critic(false, 3);
    Critic criticTwo = critic(false, 3);
    play(one, criticOne, false, 4, TrainingObserver.NONE);
    // Measuring divergences draws with a generator of its own, so that it does not change what is
    // trained.
    play(two, criticTwo, false, 0, TrainingObserver.NONE);
    assertThat(TinyWorld.parameters(two)).containsExactly(TinyWorld.parameters(one));
    assertThat(criticTwo.model().score().toArray())
        .containsExactly(criticOne.model().score().toArray());
  }

  /// Stops at one border, or between borders, and remembers the state there.
  private static final class Stop implements TrainingState.Keeper {
    private final int at;
    private final boolean between;
    private int borders;
    private Map<String, StatePart> kept = Map.of();

    Stop(int at, boolean between) {
      this.at = at;
      this.between = between;
    }

    @Override
    public void onBorder(TrainingState.Border border, TrainingState state) {
      boolean piece = border == TrainingState.Border.POLL || border == TrainingState.Border.PIECE;
      if (piece == between && borders++ == at) {
        kept = copy(state.parts());
        throw new TrainingInterrupted("a test");
      }
    }

    /// Parts refer to memory that goes on changing.
    private static Map<String, StatePart> copy(Map<String, StatePart> parts) {
      Map<String, StatePart> copies = new LinkedHashMap<>();
      parts.forEach(
          (name, part) -> {
            StatePart copy = new StatePart();
            part.values()
                .forEach(
                    (key, value) ->
                        copy.put(
                            key,
                            switch (value) {
                              case StatePart.Value.Floats(Tensor tensor) ->
                                  new StatePart.Value.Floats(
                                      Tensor.allocate(Arena.ofAuto(), DType.F32, tensor.shape())
                                          .copyFrom(tensor));
                              case StatePart.Value.Doubles(double[] values) ->
                                  new StatePart.Value.Doubles(values.clone());
                              case StatePart.Value.Longs(long[] values) ->
                                  new StatePart.Value.Longs(values.clone());
                              case StatePart.Value.Ints(int[] values) ->
                                  new StatePart.Value.Ints(values.clone());
                            }));
            copies.put(name, copy);
          });
      return copies;
    }
  }

  /// The borders of a round: y' sampled, frozen log-probabilities, 3 critic steps, rewards, 4 policy steps, the round.
  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false"})
  void aGameThatIsInterruptedAnywhereGoesOnToTheSameBits(boolean low, boolean fresh) {
    MistralModel whole = policy(low);
    Critic wholeCritic = critic(low, 3);
    List<GameRound> rounds = shortGame(whole, wholeCritic, fresh, TrainingState.unkept());
    int border = 0;
    while (true) {
      Stop stop = new Stop(border, false);
      try {
        shortGame(policy(low), critic(low, 3), fresh, new TrainingState(stop));
        break;
      } catch (TrainingInterrupted e) {
        border++;
      }
      MistralModel resumed = policy(low);
      Critic resumedCritic = critic(low, 3);
      List<GameRound> all =
          shortGame(
              resumed,
              resumedCritic,
              fresh,
              new TrainingState(TrainingState.Keeper.NONE, stop.kept));
      assertThat(all).as("after border %d", border).isEqualTo(rounds);
      assertSameBits(resumed.trainable(), whole.trainable());
      assertSameBits(resumedCritic.model().trainable(), wholeCritic.model().trainable());
    }
    assertThat(border).isEqualTo(2 * (2 + 3 + 1 + 4) + 1);
  }

  /// While tokens are drawn, responses scored and figures of the round measured.
  @ParameterizedTest
  @CsvSource({"false,true", "true,false"})
  void aGameThatIsInterruptedBetweenBordersGoesOnToTheSameBits(boolean low, boolean fresh) {
    MistralModel whole = policy(low);
    Critic wholeCritic = critic(low, 3);
    List<GameRound> rounds = shortGame(whole, wholeCritic, fresh, TrainingState.unkept());
    for (int at = 0; ; at += 3) {
      Stop stop = new Stop(at, true);
      try {
        shortGame(policy(low), critic(low, 3), fresh, new TrainingState(stop));
        assertThat(at).isGreaterThan(30);
        return;
      } catch (TrainingInterrupted e) {
        MistralModel resumed = policy(low);
        Critic resumedCritic = critic(low, 3);
        assertThat(
                shortGame(
                    resumed,
                    resumedCritic,
                    fresh,
                    new TrainingState(TrainingState.Keeper.NONE, stop.kept)))
            .as("after piece %d", at)
            .isEqualTo(rounds);
        assertSameBits(resumed.trainable(), whole.trainable());
        assertSameBits(resumedCritic.model().trainable(), wholeCritic.model().trainable());
      }
    }
  }

  /// Everything that takes long can be stopped: drawing, scoring, steps, rewards, and what is measured at the end.
  @Test
  void aGameCanBeStoppedInAllOfItsParts() {
    List<TrainingState.Border> borders = new ArrayList<>();
    TrainingState.Keeper keeper =
        (border, state) -> {
          if (borders.isEmpty() || borders.getLast() != border) {
            borders.add(border);
          }
        };
    shortGame(model(1), critic(false, 3), false, new TrainingState(keeper));
    List<TrainingState.Border> drawnAndScored =
        List.of(
            TrainingState.Border.POLL,
            TrainingState.Border.UNIT,
            TrainingState.Border.PIECE,
            TrainingState.Border.UNIT);
    List<TrainingState.Border> trained =
        List.of(
            TrainingState.Border.STEP,
            TrainingState.Border.POLL,
            TrainingState.Border.UNIT,
            TrainingState.Border.STEP,
            TrainingState.Border.POLL);
    List<TrainingState.Border> expected = new ArrayList<>(drawnAndScored);
    expected.addAll(trained);
    expected.add(TrainingState.Border.UNIT);
    expected.addAll(drawnAndScored);
    expected.addAll(trained);
    assertThat(borders).isEqualTo(expected);
  }

  private MistralModel policy(boolean low) {
    return low ? model(1).withAdapter(LoraAdapter.random(LORA, config, 5, arena)) : model(1);
  }

  private List<GameRound> shortGame(
      MistralModel policy, Critic critic, boolean fresh, TrainingState state) {
    SpacGame game =
        new SpacGame(
            new SelfPlay(2, 4, 1),
            new CriticLoss(1),
            new PolicyFitLoss(0.5, PolicyFitLoss.Pairs.ALL),
            fresh,
            2);
    return new SpacGameTrainer(
            policy,
            model(1),
            critic,
            game,
            options(4, 3, 0.01),
            options(4, 4, 0.005),
            TrainingObserver.NONE,
            state)
        .train(rule(6, 4).stream().map(PreferenceExample::withoutSelf).toList(), policy);
  }

  private static void assertSameBits(Parameters actual, Parameters expected) {
    expected
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(actual.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1));
  }

  private static double metric(StepReport step, String name) {
    return Objects.requireNonNull(step.metrics().get(name));
  }

  /// A critic that begins anew says 0 of everything before its first step; one that goes on does not.
  @Test
  void aFreshCriticBeginsAnew() {
    for (boolean fresh : new boolean[] {true, false}) {
      Heard heard = new Heard();
      play(model(1), critic(false, 3), fresh, 0, heard);
      StepReport first =
          heard.steps.stream()
              .filter(s -> s.round() == 2 && metric(s, "phase") == 1)
              .findFirst()
              .orElseThrow();
      assertThat(metric(first, "critic/self") == 0).isEqualTo(fresh);
    }
  }

  /// The adapter of a critic that begins anew is the one that the game began with, and not the policy's. At this learning
  /// rate a step changes nothing that is not 0, and 0 by less than what is compared.
  @Test
  void aCriticThatBeginsAnewIsTheFirstOne() {
    TrainingOptions options = options(4, 2, 1e-30);
    long seed = Critic.adapterSeed(options.seed());
    ValueModel first = ValueModel.onAdapter(model(1), LORA, seed, arena);
    Critic critic =
        new Critic(ValueModel.onAdapter(model(1), LORA, seed, arena), new RewardBound(3));
    train(critic, 1, rule(6, 4), 5);
    SpacGame game =
        new SpacGame(
            new SelfPlay(2, 4, 1),
            new CriticLoss(1),
            new PolicyFitLoss(0.5, PolicyFitLoss.Pairs.ALL),
            true,
            0);
    MistralModel policy = policy(true);
    new SpacGameTrainer(policy, model(1), critic, game, options, options, TrainingObserver.NONE)
        .train(rule(6, 4).stream().map(PreferenceExample::withoutSelf).toList(), policy);
    first
        .trainable()
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(critic.model().trainable().get(name).toArray())
                    .as(name)
                    .containsExactly(tensor.toArray(), within(1e-20f)));
  }

  /// A critic that says the same of all responses asks for nothing.
  @Test
  void whereThereIsNothingToFitThereIsNoShareOfIt() {
    List<PreferenceExample> examples = rule(4, 1);
    List<RewardedExample> rewarded =
        RewardedExample.of(
            FrozenExample.score(model(1), examples),
            examples.stream().map(example -> new ResponseRewards(1, 1, 1)).toList());
    PolicyStep step =
        new PolicyStep(
            model(2),
            new PolicyFitLoss(0.5, PolicyFitLoss.Pairs.ALL),
            options(4, 1, 0.01),
            TrainingObserver.NONE);
    assertThat(step.fit(rewarded).fitError()).isPositive();
    assertThat(step.fit(rewarded).unexplained()).isNaN();
    assertThat(step.dryRun(rewarded).metrics().get("fit_unexplained")).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aCriticIsWrittenWithItsBound(boolean low, @TempDir Path folder) throws IOException {
    Critic critic = critic(low, 2.5);
    List<PreferenceExample> examples = rule(6, 4);
    train(critic, 1, examples, 5);
    Path to = Files.createDirectory(folder.resolve("critic"));
    critic.writeTo(to, folder);
    Critic read = Critic.open(to, model(1), backend, arena);
    assertThat(read.bound().bound()).isEqualTo(2.5);
    assertThat(read.rewards(examples)).isEqualTo(critic.rewards(examples));
    Files.writeString(to.resolve("critic.json"), "{\"critic_bound\": -1}");
    assertThatThrownBy(() -> Critic.open(to, model(1), backend, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("critic_bound = -1");
  }
}
