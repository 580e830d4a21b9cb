package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.SafetensorsWriter;

class CheckpointsTest {
  private static final String LAYER_NORM = "model.layers.1.input_layernorm.weight";

  private final MistralConfig config = MistralConfig.builder().headDim(8).build();

  @TempDir Path dir;
  private Arena arena;
  private MistralWeights weights;

  @SuppressWarnings("NullAway.Init") // JUnit sets them before each test
  CheckpointsTest() {}

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // close() does
  void open() {
    arena = Arena.ofShared();
    weights = MistralWeights.random(config, 3, arena);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "Q8_0") // no checkpoint is stored so
  void whatIsSavedIsOpenedAgain(DType dtype) {
    Path saved = dir.resolve("saved");
    weights.save(saved, dtype, null);
    MistralWeights opened = MistralWeights.open(saved, arena);
    assertThat(opened.config()).isEqualTo(config);
    weights
        .byName()
        .forEach(
            (name, tensor) -> {
              Tensor expected = Tensor.allocate(arena, dtype, tensor.shape()).copyFrom(tensor);
              assertThat(opened.get(name).dtype()).isEqualTo(dtype);
              assertThat(opened.get(name).data().mismatch(expected.data())).as(name).isEqualTo(-1);
            });
  }

  @Test
  void aTiedModelHasNoHeadInItsFile() {
    MistralConfig tied = MistralConfig.builder().tied(true).build();
    MistralWeights.random(tied, 1, arena).save(dir.resolve("tied"), DType.F32, null);
    MistralWeights opened = MistralWeights.open(dir.resolve("tied"), arena);
    assertThat(opened.byName()).doesNotContainKey("lm_head.weight");
    assertThat(opened.lmHead()).isSameAs(opened.embedTokens());
  }

  @Test
  void theTokenizerTravelsAndNothingElse() throws IOException {
    Path source = Files.createDirectory(dir.resolve("source"));
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    Files.writeString(source.resolve("tokenizer_config.json"), "{\"a\":1}");
    Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\":[5,6]}");
    Files.writeString(source.resolve("README.md"), "of the source");
    Path saved = dir.resolve("saved");
    weights.save(saved, DType.F32, source);
    assertThat(names(saved))
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(MistralConfig.load(saved).eosTokenIds()).containsExactly(5, 6);
    assertThat(names(dir)).containsExactlyInAnyOrder("source", "saved");
  }

  @Test
  void aCheckpointMayReplaceTheOneThatItWasReadFrom() {
    Path saved = dir.resolve("saved");
    weights.save(saved, DType.F32, null);
    MistralWeights.open(saved, arena).save(saved, DType.BF16, saved);
    assertThat(MistralWeights.open(saved, arena).norm().dtype()).isEqualTo(DType.BF16);
  }

  @Test
  void readsShards() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("shards"));
    Files.writeString(folder.resolve("config.json"), config.toJson(DType.F32));
    SafetensorsWriter.writeCheckpoint(folder, weights.byName(), 50_000);
    assertThat(names(folder)).contains("model.safetensors.index.json").hasSizeGreaterThan(4);
    MistralWeights opened = MistralWeights.open(folder, arena);
    weights
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(opened.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1));
  }

  @Test
  void ignoresWhatTheModelComputesByItself() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(weights.byName());
    tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", Tensor.allocate(arena, 4));
    Path folder = write(tensors, config);
    assertThat(MistralWeights.open(folder, arena).byName()).hasSize(weights.byName().size());
    MistralConfig tied = MistralConfig.builder().headDim(8).tied(true).build();
    Files.writeString(folder.resolve("config.json"), tied.toJson(DType.F32));
    assertThat(MistralWeights.open(folder, arena).byName()).doesNotContainKey("lm_head.weight");
  }

  @Test
  void namesFileTensorAndShapes() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(weights.byName());
    tensors.put(LAYER_NORM, Tensor.allocate(arena, 65));
    assertRefused(tensors, "model.safetensors", LAYER_NORM, "[65]", "[64]");
    tensors.remove(LAYER_NORM);
    assertRefused(tensors, LAYER_NORM);
    tensors.putAll(weights.byName());
    tensors.put("model.layers.2.mlp.up_proj.weight", Tensor.allocate(arena, 1));
    assertRefused(
        tensors, "model.safetensors", "unexpected tensor 'model.layers.2.mlp.up_proj.weight'");
  }

  private void assertRefused(SequencedMap<String, Tensor> tensors, String... parts)
      throws IOException {
    Path folder = write(tensors, config);
    assertThatThrownBy(() -> MistralWeights.open(folder, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(folder.toString())
        .message()
        .hasLineCount(1);
  }

  private Path write(SequencedMap<String, Tensor> tensors, MistralConfig described)
      throws IOException {
    Path folder = Files.createDirectories(dir.resolve("written"));
    Files.writeString(folder.resolve("config.json"), described.toJson(DType.F32));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    return folder;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
