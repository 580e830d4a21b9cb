package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.ValueModel;
import org.tramontane.transformer.ValueParameters;
import org.tramontane.transformer.ValuePass;
import org.tramontane.transformer.ValueScorer;

/// A scalar head on a body of which all weights are trained, or an adapter.
class ValueModelTest extends ModelTest {
  private static final float[] D_VALUE = {0.7f, -1.3f, 0.4f};

  private final MistralConfig config = TinyModels.config().build();
  private final TokenBatch batch = TokenBatch.of(TinyModels.sequences(config, 5, 9, 1, 13));
  private MistralWeights start;

  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  ValueModelTest() {}

  @BeforeEach
  void makeWeights() {
    start = TinyModels.weights(config, 1, arena);
  }

  /// A value model whose trained tensors are random where fresh ones are 0.
  private ValueModel model(boolean low) {
    ValueModel model =
        low
            ? ValueModel.onAdapter(
                new MistralModel(start, backend),
                LoraConfig.of(3, 6, EnumSet.allOf(LinearModule.class)),
                2,
                arena)
            : ValueModel.onCopyOf(start, backend, arena);
    SplittableRandom random = new SplittableRandom(3);
    model
        .trainable()
        .byName()
        .forEach(
            (name, tensor) -> {
              if (name.contains("score") || name.contains("lora_B")) {
                for (long i = 0; i < tensor.elements(); i++) {
                  tensor.set(i, (float) random.nextDouble(-0.5, 0.5));
                }
              }
            });
    return model;
  }

  @Test
  void aFreshOneSaysNothing() {
    for (ValueModel model :
        List.of(
            ValueModel.onCopyOf(start, backend, arena),
            ValueModel.onAdapter(
                new MistralModel(start, backend),
                LoraConfig.of(3, 6, LinearModule.ofLayers()),
                2,
                arena))) {
      try (ValuePass pass = new ValuePass(model, false)) {
        assertThat(pass.forward(batch)).containsExactly(0, 0, 0);
      }
    }
    assertThat(ValueModel.onCopyOf(start, backend, arena).trainable().byName())
        .containsKey("score.weight")
        .doesNotContainKey("lm_head.weight");
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void theValueIsTheHeadOnTheLastNormalisedState(boolean low) {
    ValueModel model = model(low);
    float[] norm = model.body().hiddenStates(batch).getLast();
    float[] score = model.score().toArray();
    int c = config.hiddenSize();
    int[] rows = {8, 9, 22};
    try (ValuePass pass = new ValuePass(model, false)) {
      float[] values = pass.forward(batch);
      for (int b = 0; b < rows.length; b++) {
        double expected = 0;
        for (int j = 0; j < c; j++) {
          expected += (double) score[j] * norm[rows[b] * c + j];
        }
        assertThat((double) values[b]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void scoringEqualsTheForwardPass(boolean low) {
    ValueModel model = model(low);
    List<Completion> completions = new ArrayList<>();
    for (int[] ids : TinyModels.sequences(config, 5, 9, 2, 13)) {
      completions.add(
          new Completion(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length)));
    }
    try (ValuePass pass = new ValuePass(model, false);
        ValueScorer scorer = new ValueScorer(model)) {
      float[] expected =
          pass.forward(TokenBatch.of(completions.stream().map(Completion::ids).toList()));
      double[] scored = scorer.values(completions);
      for (int i = 0; i < expected.length; i++) {
        assertThat(scored[i]).isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void theGradientAgainstFiniteDifferences(boolean low) {
    ValueModel model = model(low);
    ValueParameters gradients = model.trainable().zerosLike(arena);
    try (ValuePass pass = new ValuePass(model, false)) {
      pass.forward(batch);
      pass.backward(D_VALUE, gradients);
    }
    model
        .trainable()
        .byName()
        .forEach(
            (name, tensor) -> {
              float[] gradient = gradients.get(name).toArray();
              double length = length(gradient);
              assertThat(length).as(name).isPositive();
              double step = 0.01;
              double up = loss(model, tensor, gradient, step / length);
              double down = loss(model, tensor, gradient, -step / length);
              assertThat((up - down) / (2 * step))
                  .as(name)
                  .isCloseTo(length, within(2e-3 * length + 1e-3));
            });
  }

  private double loss(ValueModel model, Tensor tensor, float[] direction, double factor) {
    float[] kept = tensor.toArray();
    for (int i = 0; i < kept.length; i++) {
      tensor.set(i, (float) (kept[i] + factor * direction[i]));
    }
    double loss = 0;
    try (ValuePass pass = new ValuePass(model, false)) {
      float[] values = pass.forward(batch);
      for (int b = 0; b < values.length; b++) {
        loss += (double) D_VALUE[b] * values[b];
      }
    }
    tensor.copyFrom(kept);
    return loss;
  }

  private static double length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void gradientCheckpointingGivesTheSameBits(boolean low) {
    ValueModel model = model(low);
    ValueParameters kept = model.trainable().zerosLike(arena);
    ValueParameters recomputed = model.trainable().zerosLike(arena);
    try (ValuePass keeping = new ValuePass(model, false);
        ValuePass recomputing = new ValuePass(model, true)) {
      for (int step = 0; step < 2; step++) {
        assertThat(recomputing.forward(batch)).containsExactly(keeping.forward(batch));
        keeping.backward(D_VALUE, kept);
        recomputing.backward(D_VALUE, recomputed);
      }
    }
    kept.byName()
        .forEach(
            (name, tensor) ->
                assertThat(recomputed.get(name).data().mismatch(tensor.data()))
                    .as(name)
                    .isEqualTo(-1));
  }

  @Test
  void gradientsAreOfWhatIsTrained() {
    ValueModel model = model(true);
    try (ValuePass pass = new ValuePass(model, false)) {
      pass.forward(batch);
      assertThatThrownBy(() -> pass.backward(D_VALUE, start.zerosLike(arena)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pass.backward(D_VALUE, model(false).trainable().zerosLike(arena)))
          .isInstanceOf(IllegalArgumentException.class);
      pass.backward(D_VALUE, model.trainable().zerosLike(arena));
      assertThatThrownBy(() -> pass.backward(D_VALUE, model.trainable().zerosLike(arena)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aRestartIsAFreshOne() {
    ValueModel full = model(false);
    full.body().weights().norm().fill(9);
    full.restart(start, 0);
    ValueModel low = model(true);
    low.restart(start, 2);
    ValueModel fresh =
        ValueModel.onAdapter(
            new MistralModel(start, backend),
            LoraConfig.of(3, 6, LinearModule.ofLayers()),
            2,
            arena);
    assertSame(full, ValueModel.onCopyOf(start, backend, arena));
    assertSame(low, fresh);
  }

  private static void assertSame(ValueModel actual, ValueModel expected) {
    assertThat(actual.trainable().byName().keySet())
        .isEqualTo(expected.trainable().byName().keySet());
    expected
        .trainable()
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(actual.trainable().get(name).toArray())
                    .as(name)
                    .containsExactly(tensor.toArray()));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void whatIsWrittenIsRead(boolean low, @TempDir Path folder) throws IOException {
    ValueModel model = model(low);
    Path from = Files.createDirectory(folder.resolve("start"));
    Path to = Files.createDirectory(folder.resolve("critic"));
    model.writeTo(to, from);
    ValueModel read = ValueModel.open(to, new MistralModel(start, backend), backend, arena);
    assertSame(read, model);
    try (ValuePass a = new ValuePass(model, false);
        ValuePass b = new ValuePass(read, false)) {
      assertThat(b.forward(batch)).containsExactly(a.forward(batch));
    }
    if (low) {
      assertThatThrownBy(() -> ValueModel.open(to, null, backend, arena))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("needs the model");
    }
  }

  /// A classifier of two labels has no value, and a language model is no classifier.
  @Test
  void otherModelsAreRefused(@TempDir Path folder) throws IOException {
    Path to = Files.createDirectory(folder.resolve("critic"));
    model(false).writeTo(to, folder);
    Path json = to.resolve("config.json");
    String text = Files.readString(json);
    assertThatThrownBy(() -> MistralWeights.open(to, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("architectures");
    Files.writeString(json, text.replace("\"0\" : \"LABEL_0\"", "\"0\" : \"a\", \"1\" : \"b\""));
    assertThatThrownBy(() -> ValueModel.open(to, null, backend, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("2 labels");
    Files.writeString(json, start.config().toJson(org.tramontane.tensor.DType.F32));
    assertThatThrownBy(() -> ValueModel.open(to, null, backend, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("MistralForSequenceClassification");
  }
}
