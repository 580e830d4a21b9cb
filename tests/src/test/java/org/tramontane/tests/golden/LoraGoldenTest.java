package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.PreferenceLoss;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.FrozenExample;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.PreferenceTrainer;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import org.tramontane.tensor.DType;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionBatch;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.TrainingPass;

/// An adapter that PEFT could have written, on a model of the goldens: log-probabilities, losses, and the gradient of
/// every matrix, with the base without adapter as the frozen model. One base serves both.
class LoraGoldenTest extends ModelTest {
  private static final double LOSS_TOLERANCE = 5e-5;
  private static final double GRADIENT_TOLERANCE = 1e-4;

  private static final PreferenceLoss SELF =
      new SpacLoss(SpacLoss.Critic.LINEAR, false, 1, 1); // reads y'

  @ParameterizedTest
  @ValueSource(strings = {"zero_b", "random_b"})
  void logProbabilities(String name) {
    JsonNode golden = golden(name).get("sequence_logprob");
    List<PreferenceExample> examples = PreferenceGoldens.examples(SELF);
    assertClose(golden.get("chosen"), examples.stream().map(PreferenceExample::chosen), name);
    assertClose(golden.get("rejected"), examples.stream().map(PreferenceExample::rejected), name);
    assertClose(golden.get("self"), examples.stream().map(PreferenceExample::self), name);
  }

  private void assertClose(JsonNode golden, Stream<Completion> completions, String name) {
    try (Scorer scorer = new Scorer(policy(name))) {
      double[] actual = scorer.logProbs(completions.toList());
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(golden.get(i).asDouble(), within(LOGIT_TOLERANCE * 5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero_b", "random_b"})
  void crossEntropy(String name) {
    MistralModel policy = policy(name);
    LoraAdapter gradients = gradients(policy);
    List<Completion> sequences =
        PreferenceGoldens.examples(SELF).stream()
            .map(example -> example.chosen().afterFirst())
            .toList();
    DryRun run = new SftTrainer(policy, options(4, 1), TrainingObserver.NONE).dryRun(sequences);
    assertRelative(
        "loss", run.loss(), golden(name).get("losses").get("cross_entropy"), LOSS_TOLERANCE);
    CompletionBatch batch = CompletionBatch.of(sequences);
    float[] dLogProb = new float[batch.rows().length];
    Arrays.fill(dLogProb, -1f / dLogProb.length);
    try (TrainingPass pass = new TrainingPass(policy)) {
      pass.forward(batch.tokens(), batch.rows());
      pass.backward(dLogProb, gradients);
    }
    assertGradients(name, "cross_entropy", gradients);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero_b", "random_b"})
  void preferenceLosses(String name) {
    check(name, "dpo_sigmoid", new DpoLoss(0.1, 0), 4, 1);
    check(name, "dpo_sigmoid", new DpoLoss(0.1, 0), 1, 4);
    check(name, "spac_linear_l1_e1", SELF, 4, 1);
    check(name, "spac_linear_l1_e1", SELF, 1, 4);
  }

  private void check(
      String name, String key, PreferenceLoss loss, int batchSize, int accumulation) {
    MistralModel policy = policy(name);
    LoraAdapter gradients = gradients(policy);
    List<FrozenExample> examples =
        FrozenExample.score(policy.withoutAdapter(), PreferenceGoldens.examples(loss));
    DryRun run =
        new PreferenceTrainer(policy, loss, options(batchSize, accumulation), TrainingObserver.NONE)
            .dryRun(examples, gradients);
    assertRelative(key, run.loss(), golden(name).get("losses").get(key), LOSS_TOLERANCE);
    assertRelative(
        key + " gradient norm",
        run.gradNorm(),
        golden(name).get("gradient_sketch").get(key).get("global_l2"),
        GRADIENT_TOLERANCE);
    assertGradients(name, key, gradients);
  }

  @Test
  void merged() {
    MistralModel policy = policy("random_b");
    LoraAdapter adapter = policy.adapter().orElseThrow();
    MistralWeights base = policy.weights();
    MistralWeights merged = adapter.merge(base, DType.F32, backend.kernels(), arena);
    GoldenFile golden = new GoldenFile(Shared.path("goldens/lora/merged_qv_f32.safetensors"));
    for (String name : golden.names()) {
      Expect.close(name, merged.get(name).toArray(), golden.get(name), 1e-6);
    }
    base.byName()
        .forEach(
            (name, tensor) -> {
              if (!golden.has(name)) {
                assertThat(merged.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1);
              }
            });
    List<Completion> completions =
        PreferenceGoldens.examples(SELF).stream().map(PreferenceExample::chosen).toList();
    try (Scorer beside = new Scorer(policy);
        Scorer within = new Scorer(new MistralModel(merged, backend))) {
      Expect.close(
          "log-probabilities",
          floats(within.logProbs(completions)),
          beside.logProbs(completions),
          LOGIT_TOLERANCE);
    }
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private MistralModel policy(String name) {
    MistralModel base = model("goldens/models/a");
    LoraAdapter adapter = LoraAdapter.open(Shared.path("goldens/lora"), base.config(), arena);
    if (name.equals("zero_b")) {
      adapter
          .byName()
          .forEach(
              (key, tensor) -> {
                if (key.endsWith(".lora_B.weight")) {
                  tensor.fill(0);
                }
              });
    }
    return base.withAdapter(adapter);
  }

  private LoraAdapter gradients(MistralModel policy) {
    return policy.adapter().orElseThrow().zerosLike(arena);
  }

  private static JsonNode golden(String name) {
    return GoldenFile.json(Shared.path("goldens/lora/lora.json")).get("cases").get(name);
  }

  private static void assertGradients(String name, String loss, LoraAdapter gradients) {
    GoldenFile file =
        new GoldenFile(Shared.path("goldens/lora").resolve("grads_" + name + ".safetensors"));
    assertThat(file.names())
        .containsAll(gradients.byName().keySet().stream().map(key -> loss + "/" + key).toList());
    gradients
        .byName()
        .forEach(
            (key, gradient) ->
                Expect.closeAsVector(
                    loss + "/" + key,
                    gradient.toArray(),
                    file.get(loss + "/" + key),
                    GRADIENT_TOLERANCE));
  }

  private static void assertRelative(
      String what, double actual, JsonNode expected, double tolerance) {
    double value = expected.asDouble();
    assertThat(actual).as(what).isCloseTo(value, within(tolerance * Math.max(1, Math.abs(value))));
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
