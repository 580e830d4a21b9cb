package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;

class MistralConfigTest {
  /// What transformers 4.36 wrote for Mistral-7B-v0.1, without the keys that say nothing about the shape.
  private static final String MISTRAL_7B =
      """
      {
        "architectures": ["MistralForCausalLM"],
        "bos_token_id": 1,
        "eos_token_id": 2,
        "hidden_act": "silu",
        "hidden_size": 4096,
        "initializer_range": 0.02,
        "intermediate_size": 14336,
        "max_position_embeddings": 32768,
        "model_type": "mistral",
        "num_attention_heads": 32,
        "num_hidden_layers": 32,
        "num_key_value_heads": 8,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "sliding_window": 4096,
        "tie_word_embeddings": false,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.34.0.dev0",
        "use_cache": true,
        "vocab_size": 32000
      }
      """;

  @TempDir Path dir;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  MistralConfigTest() {}

  @Test
  void readsMistral7B() throws IOException {
    MistralConfig config = load(MISTRAL_7B);
    assertThat(config)
        .isEqualTo(
            new MistralConfig(
                32000,
                4096,
                14336,
                32,
                32,
                8,
                128,
                1e-5,
                10_000,
                OptionalInt.of(4096),
                32768,
                false,
                OptionalInt.of(1),
                List.of(2),
                OptionalInt.empty(),
                0.02));
    assertThat(MistralConfig.load(dir.resolve("config.json"))).isEqualTo(config);
  }

  @Test
  void readsTransformers5() throws IOException {
    MistralConfig config =
        load(
            MISTRAL_7B
                .replace(
                    "\"rope_theta\": 10000.0",
                    "\"rope_parameters\": {\"rope_theta\": 1e6, \"rope_type\": \"default\"}")
                .replace("torch_dtype", "dtype")
                .replace("\"sliding_window\": 4096", "\"sliding_window\": null"));
    assertThat(config.ropeTheta()).isEqualTo(1e6);
    assertThat(config.slidingWindow()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"head_dim\": 64,'   | 64",
        "'\"head_dim\": null,' | 128",
        "''                    | 128"
      })
  void headDim(String key, int expected) throws IOException {
    assertThat(load(MISTRAL_7B.replaceFirst("\\{", "{" + key)).headDim()).isEqualTo(expected);
  }

  @Test
  void absentKeysTakeTheValuesOfTransformers() throws IOException {
    MistralConfig config =
        load(
            """
            {"model_type": "mistral", "architectures": ["MistralForCausalLM"], "vocab_size": 100,
             "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 16}
            """);
    assertThat(config.numKeyValueHeads()).isEqualTo(8);
    assertThat(config.slidingWindow()).hasValue(4096);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(131_072);
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.eosTokenIds()).containsExactly(2);
    assertThat(config.padTokenId()).isEmpty();
  }

  @Test
  void eosMayBeAListAndGenerationConfigWins() throws IOException {
    String two = MISTRAL_7B.replace("\"eos_token_id\": 2", "\"eos_token_id\": [2, 7]");
    assertThat(load(two).eosTokenIds()).containsExactly(2, 7);
    Files.writeString(dir.resolve("generation_config.json"), "{\"eos_token_id\": [9, 10]}");
    assertThat(load(two).eosTokenIds()).containsExactly(9, 10);
    Files.writeString(dir.resolve("generation_config.json"), "{\"eos_token_id\": null}");
    assertThat(load(two).eosTokenIds()).containsExactly(2, 7);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "Q8_0") // no checkpoint is stored so
  void whatIsWrittenIsReadAgain(DType dtype) throws IOException {
    MistralConfig config =
        MistralConfig.builder().headDim(32).tied(true).specialTokens(3, 4, 5).padToken(0).build();
    assertThat(load(config.toJson(dtype))).isEqualTo(config);
    MistralConfig windowed = config.withSlidingWindow(OptionalInt.of(7));
    assertThat(load(windowed.toJson(dtype))).isEqualTo(windowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model_type\": \"mistral\" | \"model_type\": \"llama\" | model_type | mistral",
        "MistralForCausalLM | LlamaForCausalLM | architectures | MistralForCausalLM",
        "\"silu\" | \"gelu\" | hidden_act | silu",
        "\"use_cache\": true | \"attention_bias\": true | attention_bias | false",
        "\"use_cache\": true | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2} | rope_scaling | default",
        "\"use_cache\": true | \"rope_parameters\": {\"rope_type\": \"yarn\"} | rope_parameters | default",
        "\"use_cache\": true | \"quantization_config\": {\"bits\": 4} | quantization_config | BF16",
        "\"use_cache\": true | \"layer_types\": [\"full_attention\"] | layer_types | sliding_attention",
        "\"vocab_size\": 32000 | \"vocab_size\": 1.5 | vocab_size | integer",
        "\"vocab_size\": 32000 | \"vocab_size\": 99999999999 | vocab_size | integer",
        "\"vocab_size\": 32000 | \"vocab_size\": 0 | vocab_size | 1 or more",
        "\"vocab_size\": 32000 | \"a\": 0 | vocab_size | missing",
        "\"num_key_value_heads\": 8 | \"num_key_value_heads\": 5 | num_attention_heads | multiple",
        "\"num_attention_heads\": 32 | \"num_attention_heads\": 24 | hidden_size | multiple",
        "\"rms_norm_eps\": 1e-05 | \"rms_norm_eps\": \"x\" | rms_norm_eps | number",
        "\"eos_token_id\": 2 | \"eos_token_id\": \"</s>\" | eos_token_id | token id",
        "\"eos_token_id\": 2 | \"eos_token_id\": 32000 | eos_token_id | 31999",
        "\"tie_word_embeddings\": false | \"tie_word_embeddings\": 0 | tie_word_embeddings | true",
      })
  void refusesWithFileKeyAndWhatIsAllowed(
      String present, String replacement, String key, String allowed) {
    String text = MISTRAL_7B.replace(present, replacement);
    assertThat(text).isNotEqualTo(MISTRAL_7B);
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(dir.resolve("config.json").toString())
        .hasMessageContaining(key)
        .hasMessageContaining(allowed)
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesBrokenFiles() {
    assertThatThrownBy(() -> MistralConfig.load(dir.resolve("nowhere")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("nowhere: no such file");
    assertThatThrownBy(() -> load("{\"a\": 1,\n\n b}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> load("[]"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not a JSON object");
    assertThatThrownBy(() -> load("")).isInstanceOf(UserError.class);
  }

  private MistralConfig load(String text) throws IOException {
    Files.writeString(dir.resolve("config.json"), text);
    return MistralConfig.load(dir);
  }
}
