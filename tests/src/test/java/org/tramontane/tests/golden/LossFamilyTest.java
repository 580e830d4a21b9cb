package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.spac.loss.SppoHardLoss;
import org.tramontane.spac.loss.UnpairedLoss;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.FrozenExample;
import org.tramontane.spac.train.FrozenResponse;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.PreferenceTrainer;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;

/// The losses that have no golden, through the real model on the golden batch: value and length of the gradient over
/// all parameters.
///
/// The expected figures were computed with PyTorch 2.13.0 and transformers 5.18.0's `MistralForCausalLM` on the golden
/// checkpoints in float64 (its RMSNorm and rotary angles stay float32, so they agree with the goldens to 1e-6),
/// gradients by autograd; SimPO, ORPO and BCO by the loss functions of TRL 1.13.0, the others by TRL's formulas written
/// out.
class LossFamilyTest extends ModelTest {
  private static final double TOLERANCE = 1e-4;
  private static final AlignmentLoss KTO = new KtoLoss(0.1, 1, 0.5);
  private static final AlignmentLoss BCO = new BcoLoss(0.1);

  static List<Arguments> cases() {
    return List.of(
        Arguments.of(new DpoLoss(0.1, 0.1), "ref", 0.8876737158987669, 4.06830274109808),
        Arguments.of(new RobustDpoLoss(0.1, 0.1), "ref", 0.9702153824859814, 5.857089230406334),
        Arguments.of(new IpoLoss(0.1), "ref", 30.6177285136971, 146.22069547385996),
        Arguments.of(new HingeLoss(0.1), "ref", 1.366851851498732, 8.130264200146414),
        Arguments.of(new SppoHardLoss(0.1), "ref", 172.1779575662376, 1543.504366300369),
        Arguments.of(new NcaPairLoss(0.1), "ref", 1.6119069909030463, 3.0279384986196987),
        Arguments.of(new BcoPairLoss(0.1), "ref", 1.6719349222237916, 4.580647499843317),
        Arguments.of(new ApoZeroLoss(0.1), "ref", 1.0810680805022304, 1.8500760577802169),
        Arguments.of(new ApoDownLoss(0.1), "ref", 0.989372748730247, 1.3820138296008988),
        Arguments.of(new AotLoss(true, 0.1, 0), "ref", 0.9243589010486399, 4.859595620774502),
        Arguments.of(new AotLoss(false, 0.1, 0), "ref", 0.9203386170922941, 4.808930755991549),
        Arguments.of(new SpinLoss(0.1), "ref", 3.258948303347652, 7.673662218804316),
        Arguments.of(KTO, "ref", 0.41942965944761657, 0.6905232707581589),
        Arguments.of(BCO, "ref", 0.8290846114609813, 2.314453867308089),
        Arguments.of(new DpoLoss(0.1, 0.1), "prev", 0.6835489095896006, 3.197812588717958),
        Arguments.of(new RobustDpoLoss(0.1, 0.1), "prev", 0.6780071012659041, 5.026751552637685),
        Arguments.of(new IpoLoss(0.1), "prev", 24.62299838317972, 129.4618672903698),
        Arguments.of(new HingeLoss(0.1), "prev", 0.9753697407835715, 8.130264200146414),
        Arguments.of(new SppoHardLoss(0.1), "prev", 47.72142272097752, 792.3543872711285),
        Arguments.of(new NcaPairLoss(0.1), "prev", 1.3803296560127076, 2.0008121839496167),
        Arguments.of(new BcoPairLoss(0.1), "prev", 1.3742097739153762, 4.037961587720794),
        Arguments.of(new ApoZeroLoss(0.1), "prev", 0.9938436822024717, 2.0320589766614594),
        Arguments.of(new ApoDownLoss(0.1), "prev", 0.997912459081806, 1.5056316367234934),
        Arguments.of(new AotLoss(false, 0.1, 0), "prev", 0.6809404308541077, 4.0186683311983655),
        Arguments.of(new SpinLoss(0.1), "prev", 0.6812630719412436, 3.948963396134355),
        Arguments.of(KTO, "prev", 0.37372754145482057, 0.7904640589277057),
        Arguments.of(BCO, "prev", 0.6871029338110967, 2.018717042343886),
        Arguments.of(new SimPoLoss(2, 1, 0), "ref", 1.7047623065409416, 21.313000332494706),
        Arguments.of(new OrpoLoss(0.25), "ref", 8.017573540338578, 7.834781353500784));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valueAndGradient(AlignmentLoss loss, String frozen, double value, double norm) {
    for (int batchSize : new int[] {8, 1}) {
      DryRun run = dryRun(loss, frozen, batchSize);
      assertClose("loss", run.loss(), value);
      assertClose("grad_norm", run.gradNorm(), norm);
      expectedMetrics(loss, frozen)
          .forEach(
              (name, expected) ->
                  assertClose(name, run.metrics().getOrDefault(name, Double.NaN), expected));
    }
  }

  /// The golden log-probabilities of mismatched pairs: chosen_0 to 3, rejected_0 to 3, each prompt with the response
  /// before.
  @ParameterizedTest
  @ValueSource(strings = {"ref", "prev"})
  void mismatchedPairsAreGolden(String frozen) {
    List<FrozenResponse> responses =
        FrozenResponse.scoreWithMismatched(model("goldens/models/a_" + frozen), labelled(), 8, 128);
    double[] golden =
        GoldenFile.doubles(
            GoldenFile.json(Shared.path("goldens/pref/losses.json"))
                .get("sequence_logprob")
                .get(frozen)
                .get("kl"));
    assertThat(responses).hasSize(golden.length);
    for (int i = 0; i < golden.length; i++) {
      double actual = Objects.requireNonNull(responses.get(i).mismatched()).logProb();
      assertThat(actual).as("pair %d", i).isCloseTo(golden[i], within(TOLERANCE * 10));
    }
  }

  /// Reference points, and the terms of ORPO.
  private static Map<String, Double> expectedMetrics(AlignmentLoss loss, String frozen) {
    boolean ref = frozen.equals("ref");
    return switch (loss) {
      case KtoLoss kto -> Map.of("kl", ref ? 0 : 0.20527495795446749);
      case BcoLoss bco -> Map.of("delta", ref ? -0.24837450037498632 : 0.003951302709615278);
      case OrpoLoss orpo ->
          Map.of(
              "nll_loss", 7.810776942585868,
              "log_odds_ratio", -0.8271863910108429,
              "log_odds_chosen", -0.25189942843375795);
      default -> Map.of();
    };
  }

  private DryRun dryRun(AlignmentLoss loss, String frozen, int batchSize) {
    MistralModel policy =
        new MistralModel(model("goldens/models/a").weights().toF32(arena), backend);
    MistralModel reference = model("goldens/models/a_" + frozen);
    PreferenceTrainer trainer =
        new PreferenceTrainer(
            policy, loss, options(batchSize, 8 / batchSize), TrainingObserver.NONE);
    if (loss instanceof UnpairedLoss) {
      return trainer.dryRunUnpaired(
          loss instanceof KtoLoss
              ? FrozenResponse.scoreWithMismatched(reference, labelled(), 8, 128)
              : FrozenResponse.score(reference, labelled()));
    }
    return trainer.dryRun(FrozenExample.score(reference, pairs(loss)));
  }

  /// The 4 chosen responses, then the 4 rejected ones.
  private static List<LabelledCompletion> labelled() {
    List<LabelledCompletion> examples = new ArrayList<>();
    pairs(KTO).forEach(pair -> examples.add(new LabelledCompletion(pair.chosen(), true)));
    pairs(KTO).forEach(pair -> examples.add(new LabelledCompletion(pair.rejected(), false)));
    return examples;
  }

  /// The 4 examples; for SPIN with the sampled response as the rejected one.
  private static List<PreferenceExample> pairs(AlignmentLoss loss) {
    String rejected = loss instanceof SpinLoss ? "self" : "rejected";
    List<PreferenceExample> pairs = new ArrayList<>();
    for (JsonNode row : GoldenFile.json(Shared.path("goldens/pref/batch.json")).get("examples")) {
      int[] prompt = GoldenFile.ints(row.get("prompt"));
      pairs.add(
          new PreferenceExample(
              prompt,
              new Completion(prompt, GoldenFile.ints(row.get("chosen"))),
              new Completion(prompt, GoldenFile.ints(row.get(rejected))),
              null));
    }
    return pairs;
  }

  private static void assertClose(String what, double actual, double expected) {
    assertThat(actual)
        .as(what)
        .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
  }

  private static TrainingOptions options(int batchSize, int accumulation) {
    return new TrainingOptions(
        AdamWOptions.of(1e-3),
        new LearningRateSchedule.Constant(Warmup.NONE),
        new TrainingLength.Steps(1),
        batchSize,
        accumulation,
        0);
  }
}
