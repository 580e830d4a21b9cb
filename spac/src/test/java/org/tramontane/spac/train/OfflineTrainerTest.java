package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.spac.data.LabelledCompletion;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.AotLoss;
import org.tramontane.spac.loss.ApoDownLoss;
import org.tramontane.spac.loss.ApoZeroLoss;
import org.tramontane.spac.loss.BcoLoss;
import org.tramontane.spac.loss.BcoPairLoss;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.HingeLoss;
import org.tramontane.spac.loss.IpoLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.NcaPairLoss;
import org.tramontane.spac.loss.OrpoLoss;
import org.tramontane.spac.loss.RobustDpoLoss;
import org.tramontane.spac.loss.SimPoLoss;
import org.tramontane.spac.loss.SppoHardLoss;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;

/// One trainer for every loss that samples nothing.
class OfflineTrainerTest {
  private final TinyWorld world = new TinyWorld();

  @AfterEach
  void close() {
    world.close();
  }

  static Stream<AlignmentLoss> losses() {
    return Stream.of(
        new DpoLoss(0.1, 0),
        new RobustDpoLoss(0.1, 0.1),
        new IpoLoss(0.5),
        new HingeLoss(0.5),
        new ApoZeroLoss(0.3),
        new ApoDownLoss(0.3),
        new SppoHardLoss(0.5),
        new NcaPairLoss(0.1),
        new BcoPairLoss(0.1),
        new AotLoss(true, 0.1, 0),
        new AotLoss(false, 0.1, 0),
        new SimPoLoss(2, 0.5, 0),
        new OrpoLoss(0.5),
        new KtoLoss(0.3, 1, 1),
        new BcoLoss(0.3));
  }

  private static final class Steps implements TrainingObserver {
    final List<StepReport> all = new ArrayList<>();

    @Override
    public void onStep(StepReport step) {
      all.add(step);
    }
  }

  private static List<StepReport> train(
      MistralModel policy,
      MistralModel reference,
      AlignmentLoss loss,
      TrainingOptions options,
      List<PreferenceExample> pairs) {
    Steps steps = new Steps();
    new OfflineTrainer(policy, reference, loss, options, steps).train(pairs);
    return steps.all;
  }

  @ParameterizedTest
  @MethodSource("losses")
  void learns(AlignmentLoss loss) {
    MistralModel policy = world.model(1);
    List<StepReport> steps =
        train(policy, policy, loss, TinyWorld.options(16, 1, 12), TinyWorld.pairs(8));
    assertThat(steps.getLast().loss()).isLessThan(steps.getFirst().loss());
    assertThat(steps.getLast().metrics())
        .containsKeys("rewards/chosen", "rewards/rejected", "logps/chosen", "logps/rejected")
        .hasEntrySatisfying("rewards/margins", margin -> assertThat(margin).isPositive());
  }

  /// Batch 1 x accumulate 8 equals batch 8 x accumulate 1, also for losses that look at the whole step and for BCO,
  /// which remembers steps. The last step of an epoch is smaller.
  @ParameterizedTest
  @MethodSource("losses")
  void accumulationChangesNothing(AlignmentLoss loss) {
    List<PreferenceExample> pairs = TinyWorld.pairs(11);
    MistralModel reference = world.model(2);
    List<StepReport> whole =
        train(world.model(1), reference, loss, TinyWorld.options(8, 1, 4), pairs);
    for (int batch : new int[] {1, 2}) {
      int accumulation = 8 / batch;
      List<StepReport> parts =
          train(world.model(1), reference, loss, TinyWorld.options(batch, accumulation, 4), pairs);
      for (int i = 0; i < 4; i++) {
        StepReport a = whole.get(i);
        StepReport b = parts.get(i);
        assertThat(b.loss()).isCloseTo(a.loss(), within(1e-4 * Math.max(1, Math.abs(a.loss()))));
        assertThat(b.gradNorm()).isCloseTo(a.gradNorm(), within(1e-3 * a.gradNorm()));
        assertThat(b.metrics().keySet()).isEqualTo(a.metrics().keySet());
        a.metrics()
            .forEach(
                (name, value) ->
                    assertThat(b.metrics().getOrDefault(name, Double.NaN))
                        .as(name)
                        .isCloseTo(value, within(1e-3 * Math.max(1, Math.abs(value)))));
      }
    }
  }

  @Test
  void atTheStartThePolicyIsItsReference() {
    MistralModel policy = world.model(1);
    List<PreferenceExample> pairs = TinyWorld.pairs(6);
    double ln2 = Math.log(2);
    assertThat(dryRun(policy, new BcoPairLoss(0.1), pairs).loss()).isCloseTo(2 * ln2, within(1e-5));
    assertThat(dryRun(policy, new NcaPairLoss(0.1), pairs).loss()).isCloseTo(2 * ln2, within(1e-5));
    assertThat(dryRun(policy, new AotLoss(true, 0.1, 0), pairs).loss())
        .isCloseTo(ln2, within(1e-5));
    assertThat(dryRun(policy, new IpoLoss(0.5), pairs).loss()).isCloseTo(1, within(1e-5));
    DryRun kto = dryRun(policy, new KtoLoss(0.1, 3, 1), pairs);
    assertThat(kto.loss()).isCloseTo(1, within(1e-5));
    assertThat(kto.metrics()).hasEntrySatisfying("kl", z0 -> assertThat(z0).isLessThan(1e-5));
    DryRun bco = dryRun(policy, new BcoLoss(0.1), pairs);
    assertThat(bco.loss()).isCloseTo(ln2, within(1e-5));
    assertThat(bco.metrics())
        .hasEntrySatisfying("delta", delta -> assertThat(delta).isCloseTo(0, within(1e-5)));
  }

  private static DryRun dryRun(
      MistralModel policy, AlignmentLoss loss, List<PreferenceExample> pairs) {
    return new OfflineTrainer(
            policy, policy, loss, TinyWorld.options(16, 1, 1), TrainingObserver.NONE)
        .dryRun(pairs);
  }

  @Test
  void lossesWithoutAReferenceDoNotAskIt() {
    MistralModel policy = world.model(1);
    for (AlignmentLoss loss : List.of(new SimPoLoss(2, 0.5, 0), new OrpoLoss(0.5))) {
      DryRun own = dryRun(policy, loss, TinyWorld.pairs(6));
      DryRun other =
          new OfflineTrainer(
                  policy, world.model(2), loss, TinyWorld.options(16, 1, 1), TrainingObserver.NONE)
              .dryRun(TinyWorld.pairs(6));
      assertThat(other).isEqualTo(own);
    }
  }

  /// ORPO's cross-entropy is that of the whole chosen sequences, which SFT on prompts and responses computes as well.
  @Test
  void orposCrossEntropyIsThatOfWholeSequences() {
    MistralModel policy = world.model(1);
    List<PreferenceExample> pairs = TinyWorld.pairs(6);
    DryRun orpo = dryRun(policy, new OrpoLoss(0.5), pairs);
    DryRun sft =
        new SftTrainer(policy, TinyWorld.options(16, 1, 1), TrainingObserver.NONE)
            .dryRun(pairs.stream().map(pair -> pair.chosen().afterFirst()).toList());
    double nll = orpo.metrics().getOrDefault("nll_loss", Double.NaN);
    assertThat(nll).isCloseTo(sft.loss(), within(1e-5));
    double ratio = orpo.metrics().getOrDefault("log_odds_ratio", Double.NaN);
    assertThat(orpo.loss()).isCloseTo(nll - 0.5 * ratio, within(1e-9));
  }

  /// Where the odds ratio has next to no weight, the gradient is that of the cross-entropy.
  @Test
  void orposGradientHasBothTerms() {
    MistralModel policy = world.model(1);
    List<PreferenceExample> pairs = TinyWorld.pairs(6);
    double small = dryRun(policy, new OrpoLoss(1e-9), pairs).gradNorm();
    double sft =
        new SftTrainer(policy, TinyWorld.options(16, 1, 1), TrainingObserver.NONE)
            .dryRun(pairs.stream().map(pair -> pair.chosen().afterFirst()).toList())
            .gradNorm();
    assertThat(small).isCloseTo(sft, within(1e-4 * sft));
    assertThat(dryRun(policy, new OrpoLoss(100), pairs).gradNorm()).isGreaterThan(10 * sft);
  }

  @Test
  void labelledResponses() {
    MistralModel policy = world.model(1);
    List<LabelledCompletion> examples = labelled(TinyWorld.pairs(8));
    for (AlignmentLoss loss : List.of(new KtoLoss(0.3, 1, 1), new BcoLoss(0.3))) {
      Steps steps = new Steps();
      new OfflineTrainer(policy, policy, loss, TinyWorld.options(4, 1, 8), steps)
          .trainUnpaired(examples);
      assertThat(steps.all).hasSize(8);
      assertThat(steps.all.getLast().metrics()).containsKeys("rewards/chosen", "logps/rejected");
    }
  }

  /// 8 desirable and 3 undesirable responses.
  private static List<LabelledCompletion> labelled(List<PreferenceExample> pairs) {
    return Stream.concat(
            pairs.stream().map(pair -> new LabelledCompletion(pair.chosen(), true)),
            pairs.stream().limit(3).map(pair -> new LabelledCompletion(pair.rejected(), false)))
        .toList();
  }

  @Test
  void aStepWithoutALabelHasNoMeanOverIt() {
    MistralModel policy = world.model(1);
    List<LabelledCompletion> good =
        labelled(TinyWorld.pairs(4)).stream().filter(LabelledCompletion::desirable).toList();
    DryRun run =
        new OfflineTrainer(
                policy, policy, new BcoLoss(0.3), TinyWorld.options(4, 1, 1), TrainingObserver.NONE)
            .dryRunUnpaired(good);
    assertThat(run.metrics()).containsEntry("rewards/rejected", Double.NaN);
    assertThat(run.metrics()).containsEntry("rewards/margins", Double.NaN);
    assertThat(run.metrics().get("rewards/chosen")).isFinite();
    assertThat(run.loss()).isCloseTo(Math.log(2), within(1e-5));
  }

  /// delta is the mean of all rewards so far: recomputed here from the steps' own metrics.
  @Test
  void bcosDeltaRemembersTheSteps() {
    MistralModel policy = world.model(1);
    double sum = 0;
    int steps = 0;
    for (StepReport step :
        train(
            policy,
            world.model(2),
            new BcoLoss(0.3),
            TinyWorld.options(4, 1, 6),
            TinyWorld.pairs(2))) {
      // Two pairs are one step of four responses, two of each label.
      sum += (metric(step, "rewards/chosen") + metric(step, "rewards/rejected")) / 2;
      steps++;
      assertThat(metric(step, "delta")).isCloseTo(sum / steps, within(1e-6));
    }
    assertThat(steps).isEqualTo(6);
  }

  private static double metric(StepReport step, String name) {
    return step.metrics().getOrDefault(name, Double.NaN);
  }

  @Test
  void mismatchedPairsAreNeighboursOfAStep() {
    MistralModel reference = world.model(1);
    List<LabelledCompletion> examples = labelled(TinyWorld.pairs(2));
    List<FrozenResponse> frozen = FrozenResponse.scoreWithMismatched(reference, examples, 3, 32);
    // Groups are {0, 1, 2} and {3}.
    int[] responseOf = {2, 0, 1, 3};
    for (int i = 0; i < 4; i++) {
      ScoredCompletion mismatched = Objects.requireNonNull(frozen.get(i).mismatched());
      assertThat(mismatched.completion().promptIds())
          .isEqualTo(examples.get(i).completion().promptIds());
      assertThat(mismatched.completion().responseIds())
          .isEqualTo(examples.get(responseOf[i]).completion().responseIds());
    }
    int[] prompt = examples.getFirst().completion().promptIds();
    FrozenResponse cut =
        FrozenResponse.scoreWithMismatched(reference, examples, 4, prompt.length + 1).getFirst();
    assertThat(Objects.requireNonNull(cut.mismatched()).completion().responseIds()).hasSize(1);
  }

  /// As TRL has it: the examples' own order, so that z0 is that of known neighbours.
  @Test
  void sequentialSamplingKeepsTheOrder() {
    MistralModel policy = world.model(1);
    MistralModel reference = world.model(2);
    List<LabelledCompletion> examples = labelled(TinyWorld.pairs(6));
    TrainingOptions random = TinyWorld.options(4, 1, 1);
    TrainingOptions sequential =
        new TrainingOptions(
            random.adamW(),
            random.schedule(),
            random.length(),
            4,
            1,
            random.seed(),
            SamplingStrategy.SEQUENTIAL);
    KtoLoss loss = new KtoLoss(0.3, 1, 1);
    DryRun expected =
        new PreferenceTrainer(policy, loss, sequential, TrainingObserver.NONE)
            .dryRunUnpaired(FrozenResponse.scoreWithMismatched(reference, examples, 4, 32));
    assertThat(
            new OfflineTrainer(policy, reference, loss, sequential, TrainingObserver.NONE)
                .dryRunUnpaired(examples)
                .loss())
        .isCloseTo(expected.loss(), within(1e-6));
    assertThat(
            new OfflineTrainer(policy, reference, loss, random, TrainingObserver.NONE)
                .dryRunUnpaired(examples)
                .loss())
        .isNotCloseTo(expected.loss(), within(1e-6));
    // A loss of pairs then reads the first pairs in its first step.
    AlignmentLoss dpo = new DpoLoss(0.1, 0);
    OfflineTrainer trainer =
        new OfflineTrainer(policy, reference, dpo, sequential, TrainingObserver.NONE);
    assertThat(trainer.dryRun(TinyWorld.pairs(8)).loss())
        .isCloseTo(trainer.dryRun(TinyWorld.pairs(8).subList(0, 4)).loss(), within(1e-6));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    MistralModel policy = world.model(1);
    TrainingOptions one = TinyWorld.options(1, 1, 1);
    assertThatThrownBy(
            () ->
                new OfflineTrainer(
                    policy, policy, new KtoLoss(1, 1, 1), one, TrainingObserver.NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has to be 2 or more");
    assertThatThrownBy(
            () -> new OfflineTrainer(policy, policy, TinyWorld.SPAC, one, TrainingObserver.NONE))
        .hasMessageContaining("SelfPlayTrainer");
    PreferenceTrainer dpo =
        new PreferenceTrainer(policy, new DpoLoss(1, 0), one, TrainingObserver.NONE);
    assertThatThrownBy(() -> dpo.dryRunUnpaired(List.of())).hasMessageContaining("reads pairs");
    PreferenceTrainer kto =
        new PreferenceTrainer(policy, new KtoLoss(1, 1, 1), one, TrainingObserver.NONE);
    assertThatThrownBy(() -> kto.dryRun(List.of())).hasMessageContaining("labelled responses");
    List<FrozenResponse> without = FrozenResponse.score(policy, labelled(TinyWorld.pairs(2)));
    assertThatThrownBy(() -> kto.dryRunUnpaired(without)).hasMessageContaining("mismatched");
  }
}
