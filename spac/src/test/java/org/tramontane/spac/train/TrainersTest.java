package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.data.Demonstration;
import org.tramontane.spac.data.Packing;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

class TrainersTest {
  private final TinyWorld world = new TinyWorld();

  @AfterEach
  void close() {
    world.close();
  }

  /// Remembers what it hears, in words.
  private static final class Heard implements TrainingObserver {
    final List<String> events = new ArrayList<>();
    final List<StepReport> steps = new ArrayList<>();
    final List<Evaluation> evaluations = new ArrayList<>();
    int sampled;

    @Override
    public void onRoundStart(int round, int rounds) {
      events.add("start " + round + "/" + rounds);
    }

    @Override
    public void onSampling(int round, int begun, int responses, long tokens) {
      sampled = begun;
    }

    @Override
    public void onStep(StepReport step) {
      events.add("step " + step.round() + "." + step.step());
      steps.add(step);
    }

    @Override
    public void onRoundEnd(RoundReport round) {
      events.add("end " + round.round());
    }

    @Override
    public void onEvaluation(int round, Evaluation evaluation) {
      events.add("evaluation " + round);
      evaluations.add(evaluation);
    }
  }

  private static OfflineTrainer dpo(MistralModel policy, TrainingOptions options, Heard heard) {
    return new OfflineTrainer(policy, policy, new DpoLoss(0.1, 0), options, heard);
  }

  @Test
  void dpoBeginsAtLn2AndFalls() {
    Heard heard = new Heard();
    dpo(world.model(1), TinyWorld.options(4, 2, 10), heard).train(TinyWorld.pairs(8));
    assertThat(heard.steps.getFirst().loss()).isCloseTo(Math.log(2), within(1e-6));
    assertThat(heard.steps.getFirst().metrics())
        .containsEntry("critic_term", 0.0)
        .containsKeys("rewards/chosen", "rewards/margins", "logps/rejected");
    assertThat(heard.steps.getLast().loss()).isLessThan(0.6);
    assertThat(heard.steps.getLast().metrics().get("rewards/accuracies")).isEqualTo(1);
    assertThat(heard.steps.getLast().epoch()).isEqualTo(10);
  }

  @Test
  void accumulationChangesNothing() {
    List<PreferenceExample> pairs = TinyWorld.pairs(11);
    MistralModel whole = world.model(1);
    MistralModel parts = world.model(1);
    Heard wholeHeard = new Heard();
    Heard partsHeard = new Heard();
    // The second step of each epoch has only 3 examples.
    dpo(whole, TinyWorld.options(8, 1, 4), wholeHeard).train(pairs);
    dpo(parts, TinyWorld.options(1, 8, 4), partsHeard).train(pairs);
    for (int i = 0; i < 4; i++) {
      StepReport a = wholeHeard.steps.get(i);
      StepReport b = partsHeard.steps.get(i);
      assertThat(b.loss()).isCloseTo(a.loss(), within(1e-5));
      assertThat(b.gradNorm()).isCloseTo(a.gradNorm(), within(1e-4 * a.gradNorm()));
      assertThat(b.tokens()).isEqualTo(a.tokens());
    }
    assertThat(wholeHeard.steps.get(1).tokens()).isLessThan(wholeHeard.steps.get(0).tokens());
  }

  @Test
  void accumulationIsExactForCrossEntropyOfUnequalLengths() {
    List<Completion> examples = TinyWorld.pairs(8).stream().map(PreferenceExample::chosen).toList();
    DryRun whole =
        new SftTrainer(world.model(1), TinyWorld.options(8, 1, 1), TrainingObserver.NONE)
            .dryRun(examples);
    DryRun parts =
        new SftTrainer(world.model(1), TinyWorld.options(1, 8, 1), TrainingObserver.NONE)
            .dryRun(examples);
    assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-6));
    assertThat(parts.gradNorm()).isCloseTo(whole.gradNorm(), within(1e-5 * whole.gradNorm()));
  }

  @Test
  void supervisedTrainingLearns() {
    List<Completion> examples = TinyWorld.pairs(4).stream().map(PreferenceExample::chosen).toList();
    RoundReport report =
        new SftTrainer(world.model(1), TinyWorld.options(2, 2, 40), TrainingObserver.NONE)
            .train(examples);
    assertThat(report.lastLoss()).isLessThan(report.firstLoss() / 4);
    assertThat(report.steps()).isEqualTo(40);
  }

  @Test
  void spacPlaysRounds() {
    Heard heard = new Heard();
    MistralModel policy = world.model(1);
    PreferenceEvaluator evaluator = new PreferenceEvaluator(policy, TinyWorld.pairs(6));
    TrainingObserver observer =
        TrainingObserver.all(List.of(heard, new RoundEvaluation(evaluator, policy, heard)));
    List<RoundReport> rounds =
        new SelfPlayTrainer(
                policy, TinyWorld.SPAC, new SelfPlay(2, 6, 1), TinyWorld.options(6, 1, 3), observer)
            .train(TinyWorld.pairs(6), policy);
    assertThat(heard.events)
        .containsExactly(
            "start 1/2",
            "evaluation 0",
            "step 1.1",
            "step 1.2",
            "step 1.3",
            "end 1",
            "evaluation 1",
            "start 2/2",
            "step 2.1",
            "step 2.2",
            "step 2.3",
            "end 2",
            "evaluation 2");
    assertThat(heard.sampled).isEqualTo(6);
    // Both rounds begin where pi is pi_t: all log-ratios are 0, and each term is ln 2.
    for (RoundReport round : rounds) {
      assertThat(round.firstLoss()).isCloseTo(2 * Math.log(2), within(1e-5));
      assertThat(round.lastLoss()).isLessThan(round.firstLoss());
    }
    assertThat(heard.steps.getFirst().metrics()).containsKeys("rewards/self", "logps/self");
    assertThat(heard.evaluations.get(0).accuracy()).isEqualTo(0.5);
    assertThat(heard.evaluations.get(0).drift()).isZero();
    assertThat(heard.evaluations.get(2).accuracy()).isGreaterThan(0.8);
    assertThat(heard.evaluations.get(2).drift()).isPositive();
  }

  @Test
  void spinPlaysRoundsOnDemonstrations() {
    Heard heard = new Heard();
    MistralModel policy = world.model(1);
    List<RoundReport> rounds =
        new SelfPlayTrainer(
                policy, new SpinLoss(0.1), new SelfPlay(2, 6, 1), TinyWorld.options(6, 1, 4), heard)
            .trainOnDemonstrations(demonstrations(6), policy);
    assertThat(heard.sampled).isEqualTo(6);
    assertThat(rounds).hasSize(2);
    // Each round begins where pi is pi_t.
    for (RoundReport round : rounds) {
      assertThat(round.firstLoss()).isCloseTo(Math.log(2), within(1e-5));
      assertThat(round.lastLoss()).isLessThan(round.firstLoss());
    }
    assertThat(heard.steps.getLast().metrics().get("rewards/margins")).isPositive();
  }

  @Test
  void spinMayKeepTheRoundBefore() {
    for (boolean keep : new boolean[] {false, true}) {
      Heard heard = new Heard();
      MistralModel policy = world.model(1);
      TrainingOptions options =
          new TrainingOptions(
              AdamWOptions.of(0.01),
              new LearningRateSchedule.Constant(Warmup.NONE),
              new TrainingLength.Epochs(1),
              4,
              1,
              7);
      List<RoundReport> rounds =
          new SelfPlayTrainer(
                  policy, new SpinLoss(0.1), new SelfPlay(3, 6, 1, keep), options, heard)
              .trainOnDemonstrations(demonstrations(8), policy);
      assertThat(rounds.stream().map(RoundReport::steps))
          .isEqualTo(keep ? List.of(2L, 4L, 4L) : List.of(2L, 2L, 2L));
      // The pairs of the round before are scored by the new pi_t as well.
      assertThat(rounds.get(1).firstLoss()).isCloseTo(Math.log(2), within(1e-5));
    }
  }

  private static List<Demonstration> demonstrations(int count) {
    return TinyWorld.pairs(count).stream()
        .map(pair -> new Demonstration(pair.promptIds(), pair.chosen()))
        .toList();
  }

  /// Packed, the same completions give the same loss and the same gradient: no token sees another completion, and no
  /// position moves.
  @Test
  void packingChangesNeitherLossNorGradient() {
    List<Completion> examples = TinyWorld.pairs(9).stream().map(PreferenceExample::chosen).toList();
    List<List<Completion>> slots = Packing.bestFitDecreasing(examples, 24);
    assertThat(slots.size()).isBetween(2, 5);
    MistralModel model = world.model(1);
    MistralWeights alone = world.zeros();
    MistralWeights packed = world.zeros();
    DryRun unpackedRun =
        new TrainingLoop(model, TinyWorld.options(1, 9, 1), TrainingObserver.NONE)
            .dryRun(new SupervisedObjective(examples.stream().map(List::of).toList()), alone);
    DryRun packedRun =
        new TrainingLoop(model, TinyWorld.options(1, 9, 1), TrainingObserver.NONE)
            .dryRun(new SupervisedObjective(slots), packed);
    assertThat(packedRun.loss()).isCloseTo(unpackedRun.loss(), within(1e-6));
    alone
        .byName()
        .forEach(
            (name, gradient) ->
                assertThat(packed.get(name).toArray())
                    .as(name)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(gradient.toArray()));
    assertThat(unpackedRun.gradNorm()).isGreaterThan(0.1);
  }

  @Test
  void selfResponsesOfTheDataStandInForSampling() {
    List<PreferenceExample> pairs =
        TinyWorld.pairs(4).stream().map(pair -> pair.withSelf(new int[] {9, 2})).toList();
    Heard heard = new Heard();
    MistralModel policy = world.model(1);
    SelfPlayTrainer trainer =
        new SelfPlayTrainer(
            policy, TinyWorld.SPAC, new SelfPlay(1, 6, 1), TinyWorld.options(4, 1, 1), heard);
    DryRun run = trainer.dryRun(pairs, world.model(2));
    assertThat(heard.sampled).isZero();
    double mean =
        FrozenExample.score(policy, pairs).stream()
            .mapToDouble(scored -> scored.frozen().self())
            .average()
            .orElseThrow();
    assertThat(run.metrics().get("logps/self")).isCloseTo(mean, within(1e-4));
    double terms =
        run.metrics().getOrDefault("critic_term", Double.NaN)
            + run.metrics().getOrDefault("preference_term", Double.NaN);
    assertThat(run.loss()).isCloseTo(terms, within(1e-12));
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    float[][] runs = new float[2][];
    for (int i = 0; i < 2; i++) {
      MistralModel policy = world.model(1);
      new SelfPlayTrainer(
              policy,
              TinyWorld.SPAC,
              new SelfPlay(2, 6, 1),
              TinyWorld.options(2, 2, 3),
              TrainingObserver.NONE)
          .train(TinyWorld.pairs(7), policy);
      runs[i] = TinyWorld.parameters(policy);
    }
    assertThat(runs[1]).isEqualTo(runs[0]).isNotEqualTo(TinyWorld.parameters(world.model(1)));
  }

  @Test
  void aLossThatIsNotFiniteStopsBeforeItsUpdate() {
    MistralModel policy = world.model(1);
    List<float[]> after = new ArrayList<>();
    TrainingObserver remember =
        new TrainingObserver() {
          @Override
          public void onStep(StepReport step) {
            after.add(TinyWorld.parameters(policy));
          }
        };
    assertThatThrownBy(
            () ->
                new SftTrainer(policy, TinyWorld.options(4, 1, 50, 1e30), remember)
                    .train(TinyWorld.pairs(4).stream().map(PreferenceExample::chosen).toList()))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "round 1, step \\d+ of 50: the (loss|gradient norm) is \\S+; training.*");
    assertThat(after).isNotEmpty();
    assertThat(TinyWorld.parameters(policy)).isEqualTo(after.getLast());
  }

  @Test
  void aDryRunChangesNothing() {
    MistralModel policy = world.model(1);
    float[] before = TinyWorld.parameters(policy);
    DryRun run = dpo(policy, TinyWorld.options(4, 1, 1), new Heard()).dryRun(TinyWorld.pairs(4));
    assertThat(run.loss()).isCloseTo(Math.log(2), within(1e-6));
    assertThat(run.gradNorm()).isPositive();
    assertThat(TinyWorld.parameters(policy)).isEqualTo(before);
  }

  @Test
  void aStepsRowHasNoTimes() {
    Heard heard = new Heard();
    dpo(world.model(1), TinyWorld.options(4, 1, 1), heard).train(TinyWorld.pairs(4));
    assertThat(heard.steps.getFirst().row().sequencedKeySet())
        .startsWith("round", "step", "epoch", "loss", "grad_norm", "learning_rate", "tokens")
        .endsWith("logps/chosen", "logps/rejected");
  }
}
