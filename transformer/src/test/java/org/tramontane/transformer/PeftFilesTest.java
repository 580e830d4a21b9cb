package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.SafetensorsWriter;

/// Adapter folders in PEFT's format: a round trip, and what is refused.
class PeftFilesTest {
  private static final MistralConfig BASE =
      MistralConfig.builder()
          .vocabSize(16)
          .hiddenSize(8)
          .intermediateSize(12)
          .layers(2)
          .heads(4, 2)
          .headDim(2)
          .build();
  private static final LoraConfig LORA =
      new LoraConfig(2, 4.5, 0.05, true, EnumSet.of(LinearModule.Q_PROJ, LinearModule.DOWN_PROJ));

  @TempDir private Path temporary;
  private Arena arena;

  @SuppressWarnings("NullAway.Init") // JUnit sets them before each test
  PeftFilesTest() {}

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // close() does
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void aRoundTrip() {
    LoraAdapter adapter = LoraAdapter.random(LORA, BASE, 3, arena);
    LoraAdapter read = LoraAdapter.open(saved(adapter), BASE, arena);
    assertThat(read.config()).isEqualTo(LORA);
    assertThat(read.byName().keySet())
        .containsExactly(
            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
            "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
            "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
            "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight",
            "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight",
            "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight",
            "base_model.model.model.layers.1.mlp.down_proj.lora_A.weight",
            "base_model.model.model.layers.1.mlp.down_proj.lora_B.weight");
    adapter
        .byName()
        .forEach(
            (name, tensor) ->
                assertThat(read.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1));
  }

  @Test
  void theHeadIsCalledLmHead() {
    LoraConfig lora = LoraConfig.of(2, 4, EnumSet.of(LinearModule.LM_HEAD));
    assertThat(LoraAdapter.zeros(lora, BASE, arena).byName())
        .containsOnlyKeys(
            "base_model.model.lm_head.lora_A.weight", "base_model.model.lm_head.lora_B.weight");
  }

  @Test
  void sixteenBitAdaptersAreWidened() throws IOException {
    LoraAdapter adapter = LoraAdapter.random(LORA, BASE, 3, arena);
    Path dir = saved(adapter);
    SequencedMap<String, Tensor> halves = new LinkedHashMap<>();
    adapter
        .byName()
        .forEach(
            (name, tensor) ->
                halves.put(
                    name, Tensor.allocate(arena, DType.BF16, tensor.shape()).copyFrom(tensor)));
    SafetensorsWriter.write(dir.resolve("adapter_model.safetensors"), halves, Map.of());
    LoraAdapter read = LoraAdapter.open(dir, BASE, arena);
    halves.forEach((name, half) -> assertThat(read.get(name).get(1)).isEqualTo(half.get(1)));
  }

  @Test
  void allLinearLeavesTheHeadOut() {
    Path dir = saved(LoraAdapter.zeros(LoraConfig.of(2, 4, LinearModule.ofLayers()), BASE, arena));
    replace(dir, "(?s)\"target_modules\" : \\[.*?\\]", "\"target_modules\": \"all-linear\"");
    assertThat(LoraAdapter.open(dir, BASE, arena).config().targetModules())
        .isEqualTo(LinearModule.ofLayers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"LORA\"|\"IA3\"|peft_type = \"IA3\"; allowed: LORA",
        "\"fan_in_fan_out\" : false|\"fan_in_fan_out\": true|fan_in_fan_out = true is not supported",
        "\"modules_to_save\" : null|\"modules_to_save\": [\"lm_head\"]|modules_to_save = [\"lm_head\"] is not supported",
        "\"modules_to_save\" : null|\"use_dora\": true|use_dora = true is not supported",
        "\"modules_to_save\" : null|\"rank_pattern\": {\"q_proj\":3}|rank_pattern = {\"q_proj\":3} is not supported",
        "\"bias\" : \"none\"|\"bias\": \"all\"|bias = \"all\"; allowed: none",
        "\"r\" : 2|\"r\": 0|r = 0; allowed: 1 or more",
        "\"r\" : 2|\"r\": 2.5|r = 2.5; allowed: a whole number",
        "\"r\" : 2|\"r\": 3|has the shape [2, 8]; adapter_config.json and the model ask for [3, 8]",
        "\"q_proj\"|\"query\"|target_modules names 'query'; allowed: q_proj, k_proj",
        "\"q_proj\"|\"v_proj\"|unexpected tensor 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight'",
        "\"down_proj\"|\"q_proj\"|unexpected tensor 'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight'",
        "\"down_proj\"|\"down_proj\", \"v_proj\"|no tensor is called 'base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight'",
        "\"lora_dropout\" : 0.05|\"lora_dropout\": 1|lora_dropout = 1.0; allowed: at least 0 and below 1",
        "\"use_rslora\" : true|\"use_rslora\": 1|use_rslora = 1; allowed: true or false",
        "{|[{|broken JSON in line",
      })
  void refused(String text, String other, String message) throws IOException {
    Path dir = saved(LoraAdapter.random(LORA, BASE, 3, arena));
    Path file = dir.resolve("adapter_config.json");
    String json = Files.readString(file);
    assertThat(json).contains(text);
    Files.writeString(file, json.replace(text, other));
    assertThatThrownBy(() -> LoraAdapter.open(dir, BASE, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message)
        .hasMessageContaining(dir.toString());
  }

  /// PEFT 0.21 writes it where the head is a target.
  @Test
  void aCopyOfTheFrozenHeadIsPassedOver() {
    LoraAdapter adapter =
        LoraAdapter.random(LoraConfig.of(2, 4, EnumSet.of(LinearModule.LM_HEAD)), BASE, 3, arena);
    Path dir = saved(adapter);
    SequencedMap<String, Tensor> more = new LinkedHashMap<>(adapter.byName());
    String copy = "base_model.model.lm_head.base_layer.weight";
    more.put(copy, Tensor.allocate(arena, 16, 8));
    SafetensorsWriter.write(dir.resolve("adapter_model.safetensors"), more, Map.of());
    assertThat(LoraAdapter.open(dir, BASE, arena).byName()).hasSize(2);
    more.put(copy, Tensor.allocate(arena, 17, 8)); // another vocabulary
    SafetensorsWriter.write(dir.resolve("adapter_model.safetensors"), more, Map.of());
    assertThatThrownBy(() -> LoraAdapter.open(dir, BASE, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(copy);
  }

  @Test
  void filesThatAreNotThere() throws IOException {
    assertThatThrownBy(() -> LoraAdapter.open(temporary, BASE, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("adapter_config.json: no such file");
    Path dir = saved(LoraAdapter.random(LORA, BASE, 3, arena));
    Files.delete(dir.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> LoraAdapter.open(dir, BASE, arena))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("adapter_model.safetensors");
  }

  @Test
  void rangesOfAConfiguration() {
    assertThatThrownBy(() -> new LoraConfig(1, 0, 0, false, LinearModule.ofLayers()))
        .hasMessage("lora_alpha = 0.0; allowed: above 0");
    assertThatThrownBy(() -> LoraConfig.of(1, 1, EnumSet.noneOf(LinearModule.class)))
        .hasMessageContaining("target_modules is empty");
    assertThatThrownBy(() -> new LoraConfig(1, 1, 0.1, false, EnumSet.of(LinearModule.LM_HEAD)))
        .hasMessageContaining("lm_head");
    assertThat(LoraConfig.targets("x", List.of("all-linear"))).hasSize(7);
    assertThat(new LoraConfig(4, 8, 0, true, LinearModule.ofLayers()).scaling()).isEqualTo(4);
    assertThat(LoraConfig.of(4, 8, LinearModule.ofLayers()).scaling()).isEqualTo(2);
  }

  private Path saved(LoraAdapter adapter) {
    Path dir = temporary.resolve("adapter");
    adapter.save(dir, "base");
    return dir;
  }

  private static void replace(Path dir, String pattern, String other) {
    Path file = dir.resolve("adapter_config.json");
    try {
      Files.writeString(file, Files.readString(file).replaceAll(pattern, other));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
