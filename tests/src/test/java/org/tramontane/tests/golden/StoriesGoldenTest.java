package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.safetensors.SafetensorsWriter;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.Scorer;
import org.tramontane.transformer.TokenBatch;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// stories260K, a real trained checkpoint, against llama2.c's `run.c` and an independent F64 forward pass.
class StoriesGoldenTest extends ModelTest {
  private static final String MODEL = "data/weights/stories260K-hf";

  /// The golden log-probabilities are printed with six decimals.
  private static final double PRINTED = 1e-6;

  private static JsonNode golden() {
    return GoldenFile.json(Shared.path("data/weights/stories260K/golden.json"));
  }

  private static TokenBatch batch() {
    return TokenBatch.of(GoldenFile.ints(golden().get("ids")));
  }

  @Test
  void logits() throws IOException {
    ByteBuffer expected =
        ByteBuffer.wrap(
                Files.readAllBytes(Shared.path("data/weights/stories260K/golden_logits.f32")))
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] logits = new double[expected.capacity() / 4];
    Arrays.setAll(logits, i -> expected.getFloat(4 * i));
    Expect.close("logits", model(MODEL).logits(batch()), logits, LOGIT_TOLERANCE);
  }

  @Test
  void tokenLogProbs() {
    float[] logProbs = model(MODEL).logProbs(batch(), batch().predictingRows());
    Expect.close(
        "token_logprobs",
        logProbs,
        GoldenFile.doubles(golden().get("token_logprobs")),
        LOGIT_TOLERANCE + PRINTED);
    assertThat(Scorer.sum(logProbs))
        .isCloseTo(golden().get("sum_logprob").asDouble(), within(LOGIT_TOLERANCE + PRINTED));
  }

  @Test
  void slidingWindow() {
    MistralWeights stored = MistralWeights.open(Shared.path(MODEL), arena);
    MistralModel model =
        new MistralModel(
            new MistralWeights(
                stored.config().withSlidingWindow(OptionalInt.of(16)), stored.byName()),
            backend);
    JsonNode expected = golden().get("sliding_window_16");
    assertThat(Scorer.sum(model.logProbs(batch(), batch().predictingRows())))
        .isCloseTo(expected.get("sum_logprob").asDouble(), within(LOGIT_TOLERANCE + PRINTED));
    float[] logits = model.logits(batch());
    int last = logits.length - model.config().vocabSize();
    Expect.close(
        "last_logits_first8",
        Arrays.copyOfRange(logits, last, last + 8),
        GoldenFile.doubles(expected.get("last_logits_first8")),
        LOGIT_TOLERANCE + PRINTED);
  }

  @Test
  void storedAsBf16(@TempDir Path folder) {
    Path saved = folder.resolve("bf16");
    MistralWeights.open(Shared.path(MODEL), arena).save(saved, DType.BF16, Shared.path(MODEL));
    assertBf16(saved);
  }

  @Test
  void storedAsBf16InShards(@TempDir Path folder) throws IOException {
    MistralWeights stored = MistralWeights.open(Shared.path(MODEL), arena);
    SequencedMap<String, Tensor> halves = new LinkedHashMap<>();
    stored
        .byName()
        .forEach(
            (name, tensor) ->
                halves.put(
                    name, Tensor.allocate(arena, DType.BF16, tensor.shape()).copyFrom(tensor)));
    Files.writeString(folder.resolve("config.json"), stored.config().toJson(DType.BF16));
    SafetensorsWriter.writeCheckpoint(folder, halves, stored.bytes() / 4);
    assertThat(folder.resolve("model.safetensors.index.json")).exists();
    assertBf16(folder);
  }

  private void assertBf16(Path folder) {
    MistralModel model = model(folder);
    assertThat(model.weights().byName().values()).allMatch(t -> t.dtype() == DType.BF16);
    assertThat(Scorer.sum(model.logProbs(batch(), batch().predictingRows())))
        .isCloseTo(
            golden().get("bf16_weights_sum_logprob").asDouble(), within(LOGIT_TOLERANCE + PRINTED));
  }

  /// llama2.c's greedy text: 256 tokens after BOS alone.
  @Test
  void greedyText() {
    int[] generated =
        new Generator(model(MODEL))
            .generate(
                List.of(new int[] {1}),
                new GenerationOptions(256, Set.of(), true),
                Sampler.greedy())
            .getFirst();
    assertThat(Tokenizers.load(Shared.path(MODEL)).decode(generated))
        .isEqualTo(golden().get("greedy_text_256").asText());
  }
}
