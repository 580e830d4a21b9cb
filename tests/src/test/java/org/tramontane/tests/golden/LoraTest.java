package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.DryRun;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.SftTrainer;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
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
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.TrainingPass;

/// Adapters on every linear layer: derivatives, dropout, frozen bases that are shared, and gradient checkpointing.
class LoraTest extends ModelTest {
  private static final long SEED = 11;
  private static final Set<LinearModule> ALL = EnumSet.allOf(LinearModule.class);

  private MistralConfig config = TinyModels.config().build();
  private TokenBatch batch = TokenBatch.of(TinyModels.sequences(config, 5, 9, 2, 13));
  private final int[] rows = {1, 2, 5, 9, 11, 12, 18, 22};
  private final float[] dLogProb = TinyModels.gradients(7, rows.length);
  private MistralWeights base;

  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  LoraTest() {}

  @BeforeEach
  void makeBase() {
    base = TinyModels.weights(config, 3, arena);
  }

  @ParameterizedTest
  @CsvSource({"false,0", "true,0", "false,0.4"})
  void finiteDifferences(boolean tied, double dropout) {
    config = TinyModels.config().tied(tied).build();
    base = TinyModels.weights(config, 3, arena);
    Set<LinearModule> targets = dropout > 0 ? LinearModule.ofLayers() : ALL;
    MistralModel model = adapted(new LoraConfig(3, 5, dropout, true, targets), 1);
    LoraAdapter adapter = model.adapter().orElseThrow();
    LoraAdapter gradients = adapter.zerosLike(arena);
    try (TrainingPass pass = new TrainingPass(model)) {
      pass.forward(batch, rows, SEED);
      pass.backward(dLogProb, gradients);
      adapter
          .byName()
          .forEach(
              (name, tensor) -> {
                float[] gradient = gradients.get(name).toArray();
                double length = length(gradient);
                double step =
                    0.003; // rounding is below 3e-3 then, and so is what the third derivative adds
                double up = loss(pass, tensor, gradient, step / length);
                double down = loss(pass, tensor, gradient, -step / length);
                assertThat((up - down) / (2 * step))
                    .as(name)
                    .isCloseTo(length, within(1e-3 * length + 3e-3));
              });
    }
  }

  private double loss(TrainingPass pass, Tensor tensor, float[] direction, double factor) {
    float[] kept = tensor.toArray();
    for (int i = 0; i < kept.length; i++) {
      tensor.set(i, (float) (kept[i] + factor * direction[i]));
    }
    float[] logProbs = pass.forward(batch, rows, SEED);
    tensor.copyFrom(kept);
    double loss = 0;
    for (int i = 0; i < rows.length; i++) {
      loss += (double) dLogProb[i] * logProbs[i];
    }
    return loss;
  }

  @Test
  void aFreshAdapterChangesNothing() {
    MistralModel bare = new MistralModel(base, backend);
    LoraConfig lora = LoraConfig.of(4, 8, ALL);
    MistralModel fresh = bare.withAdapter(LoraAdapter.random(lora, config, SEED, arena));
    Expect.close(
        "log-probabilities",
        fresh.logProbs(batch, rows),
        Expect.widen(bare.logProbs(batch, rows)),
        1e-6);
  }

  @Test
  void policiesShareOneBase() {
    MistralModel pi = adapted(LoraConfig.of(4, 8, ALL), 1);
    MistralModel previous = pi.withAdapter(random(LoraConfig.of(2, 8, LinearModule.ofLayers()), 2));
    MistralModel reference = pi.withoutAdapter();
    assertThat(previous.weights()).isSameAs(pi.weights());
    assertThat(reference.weights()).isSameAs(pi.weights());
    assertThat(reference.adapter()).isEmpty();
    float[] frozen = reference.logProbs(batch, rows);
    assertThat(frozen)
        .containsExactly(new MistralModel(base, backend).logProbs(batch, rows))
        .isNotEqualTo(pi.logProbs(batch, rows));
    assertThat(previous.logProbs(batch, rows)).isNotEqualTo(pi.logProbs(batch, rows));
    assertThat(reference.logProbs(batch, rows)).containsExactly(frozen);
  }

  @Test
  void dropoutIsOfTheSeedAndOfTrainingAlone() {
    MistralModel model = adapted(new LoraConfig(3, 5, 0.4, false, LinearModule.ofLayers()), 1);
    try (TrainingPass pass = new TrainingPass(model)) {
      float[] first = pass.forward(batch, rows, SEED);
      assertThat(pass.forward(batch, rows, SEED + 1)).isNotEqualTo(first);
      assertThat(pass.forward(batch, rows, SEED)).containsExactly(first);
      assertThat(pass.forward(batch, rows)).containsExactly(model.logProbs(batch, rows));
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void gradientCheckpointingGivesTheSameBits(boolean low) {
    MistralModel model =
        low
            ? adapted(new LoraConfig(3, 5, 0.4, false, LinearModule.ofLayers()), 1)
            : new MistralModel(base, backend);
    Parameters kept = model.trainable().zerosLike(arena);
    Parameters recomputed = model.trainable().zerosLike(arena);
    try (TrainingPass keeping = new TrainingPass(model);
        TrainingPass recomputing = new TrainingPass(model, true)) {
      for (int step = 0; step < 2; step++) {
        assertThat(recomputing.forward(batch, rows, SEED + step))
            .containsExactly(keeping.forward(batch, rows, SEED + step));
        keeping.backward(dLogProb, kept);
        recomputing.backward(dLogProb, recomputed);
      }
    }
    kept.byName()
        .forEach(
            (name, tensor) ->
                assertThat(recomputed.get(name).data().mismatch(tensor.data()))
                    .as(name)
                    .isEqualTo(-1));
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "Q8_0"})
  void theBaseMayBeStoredInFewerBits(DType dtype) {
    config =
        TinyModels.config().hiddenSize(64).intermediateSize(96).heads(4, 2).headDim(16).build();
    base = TinyModels.weights(config, 3, arena);
    MistralWeights stored = base.storedAs(dtype, arena);
    assertThat(stored.bytes()).isLessThan(base.bytes() * 6 / 10);
    if (dtype == DType.Q8_0 && backend.name().equals("nd4j")) {
      MistralModel model = new MistralModel(stored, backend);
      assertThatThrownBy(() -> model.logProbs(batch, rows))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("does not read weights stored as Q8_0");
      return;
    }
    LoraAdapter adapter = random(LoraConfig.of(3, 6, ALL), 1);
    LoraAdapter narrow =
        gradients(new MistralModel(stored, backend).withAdapter(adapter), adapter.zerosLike(arena));
    LoraAdapter wide =
        gradients(
            new MistralModel(stored.toF32(arena), backend).withAdapter(adapter),
            adapter.zerosLike(arena));
    for (Map.Entry<String, Tensor> entry : wide.byName().entrySet()) {
      Expect.closeAsVector(
          entry.getKey(),
          narrow.get(entry.getKey()).toArray(),
          Expect.widen(entry.getValue().toArray()),
          1e-5);
    }
  }

  /// Responses of 1 to 8 tokens: a mean of the micro-batches' means would be far off.
  @ParameterizedTest
  @CsvSource({"8,1", "1,8", "3,3"})
  void accumulationIsNormalisedByTokens(int batchSize, int accumulation) {
    List<Completion> examples = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      List<int[]> ids = TinyModels.sequences(config, i, 2, i);
      examples.add(new Completion(ids.get(0), ids.get(1)));
    }
    MistralModel model = adapted(LoraConfig.of(3, 6, ALL), 1);
    List<float[]> logProbs;
    try (Scorer scorer = new Scorer(model)) {
      logProbs = scorer.tokenLogProbs(examples);
    }
    double sum = -logProbs.stream().mapToDouble(Scorer::sum).sum();
    assertThat(dryRun(model, examples, batchSize, accumulation).loss())
        .isCloseTo(sum / 36, within(1e-6 * sum / 36));
    Parameters whole = trained(examples, 8, 1);
    Parameters cut = trained(examples, batchSize, accumulation);
    for (Map.Entry<String, Tensor> entry : whole.byName().entrySet()) {
      Expect.closeAsVector(
          entry.getKey(),
          cut.get(entry.getKey()).toArray(),
          Expect.widen(entry.getValue().toArray()),
          1e-6);
    }
    assertThat(dryRun(model, examples, batchSize, accumulation).gradNorm())
        .isCloseTo(dryRun(model, examples, 8, 1).gradNorm(), withinPercentage(1e-4));
  }

  private static DryRun dryRun(
      MistralModel model, List<Completion> examples, int batchSize, int accumulation) {
    return new SftTrainer(model, options(batchSize, accumulation), TrainingObserver.NONE)
        .dryRun(examples);
  }

  /// An adapter after a step of plain gradient descent's size: AdamW's epsilon is far above the gradient.
  private Parameters trained(List<Completion> examples, int batchSize, int accumulation) {
    MistralModel model = adapted(LoraConfig.of(3, 6, ALL), 1);
    new SftTrainer(model, options(batchSize, accumulation), TrainingObserver.NONE).train(examples);
    return model.trainable();
  }

  private static TrainingOptions options(int batchSize, int accumulation) {
    return new TrainingOptions(
        new AdamWOptions(10, 0.9, 0.999, 1e3, 0, 0),
        new LearningRateSchedule.Constant(Warmup.NONE),
        new TrainingLength.Steps(1),
        batchSize,
        accumulation,
        0);
  }

  @Test
  void gradientsAreOfWhatIsTrained() {
    MistralModel model = adapted(LoraConfig.of(4, 8, ALL), 1);
    try (TrainingPass pass = new TrainingPass(model)) {
      pass.forward(batch, rows);
      assertThatThrownBy(() -> pass.backward(dLogProb, base.zerosLike(arena)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("what the model trains");
    }
  }

  private LoraAdapter gradients(MistralModel model, LoraAdapter gradients) {
    try (TrainingPass pass = new TrainingPass(model)) {
      pass.forward(batch, rows);
      pass.backward(dLogProb, gradients);
    }
    return gradients;
  }

  private MistralModel adapted(LoraConfig lora, long seed) {
    return new MistralModel(base, backend).withAdapter(random(lora, seed));
  }

  /// An adapter whose B is not 0.
  private LoraAdapter random(LoraConfig lora, long seed) {
    LoraAdapter adapter = LoraAdapter.random(lora, config, seed, arena);
    adapter
        .byName()
        .forEach(
            (name, tensor) -> {
              if (name.endsWith(".lora_B.weight")) {
                float[] values = TinyModels.gradients(name.hashCode(), (int) tensor.elements());
                for (int i = 0; i < values.length; i++) {
                  tensor.set(i, 0.3f * values[i]);
                }
              }
            });
    return adapter;
  }

  private static double length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
