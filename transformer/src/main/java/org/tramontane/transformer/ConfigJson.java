package org.tramontane.transformer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;

/// Reads and writes `config.json`.
///
/// Where a key is absent the value is the one that transformers' `MistralConfig` has by default; an explicit null of
/// `sliding_window`, `num_key_value_heads` or `head_dim` means what it means there.
final class ConfigJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARCHITECTURE = "MistralForCausalLM";

  /// Of a [ValueModel].
  private static final String VALUE_ARCHITECTURE = "MistralForSequenceClassification";

  private final Path file;
  private final ObjectNode root;

  private ConfigJson(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  static MistralConfig read(Path path) {
    return read(path, ARCHITECTURE);
  }

  /// The configuration of a [ValueModel].
  static MistralConfig readValue(Path path) {
    return read(path, VALUE_ARCHITECTURE);
  }

  private static MistralConfig read(Path path, String architecture) {
    Path file = Files.isDirectory(path) ? path.resolve("config.json") : path;
    ConfigJson config = new ConfigJson(file, object(file));
    config.refuseWhatIsNotMistral(architecture);
    if (architecture.equals(VALUE_ARCHITECTURE)) {
      config.refuseSeveralLabels();
    }
    Path generation = file.resolveSibling("generation_config.json");
    List<Integer> eos = config.tokens("eos_token_id", 2);
    if (Files.exists(generation)) {
      ConfigJson overrides = new ConfigJson(generation, object(generation));
      if (overrides.root.hasNonNull("eos_token_id")) {
        eos = overrides.tokens("eos_token_id", 2);
      }
    }
    return config.build(eos);
  }

  private static ObjectNode object(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          file + ": no such file; a model is a folder with config.json and *.safetensors");
    }
    try {
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new UserError(file + ": not a JSON object");
    } catch (JsonProcessingException e) {
      throw new UserError(
          file
              + ": broken JSON in line "
              + e.getLocation().getLineNr()
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private void refuseSeveralLabels() {
    JsonNode labels = root.path("id2label");
    int count = labels.isObject() ? labels.size() : integer("num_labels", 2);
    if (count != 1) {
      throw new UserError(
          file + ": a classifier of " + count + " labels is not supported; supported: 1, a value");
    }
  }

  private void refuseWhatIsNotMistral(String expected) {
    JsonNode architectures = root.path("architectures");
    boolean named = false;
    for (JsonNode architecture : architectures) {
      named |= architecture.asText().equals(expected);
    }
    if (!architectures.isEmpty() && !named) {
      throw unsupported("architectures", architectures, expected);
    }
    String type = root.path("model_type").asText("");
    if (!type.equals("mistral") && !(named && type.isEmpty())) {
      throw unsupported("model_type", root.get("model_type"), "mistral");
    }
    if (!root.path("hidden_act").asText("silu").equals("silu")) {
      throw unsupported("hidden_act", root.get("hidden_act"), "silu");
    }
    for (String bias : List.of("attention_bias", "mlp_bias")) {
      if (root.path(bias).asBoolean(false)) {
        throw unsupported(bias, root.get(bias), "false");
      }
    }
    if (root.path("attention_dropout").asDouble(0) != 0) {
      throw unsupported("attention_dropout", root.get("attention_dropout"), "0");
    }
    if (root.hasNonNull("quantization_config")) {
      throw unsupported(
          "quantization_config", root.get("quantization_config"), "F32, BF16 or F16 weights");
    }
    refuseScaledRope("rope_scaling");
    refuseScaledRope("rope_parameters");
    if (root.path("partial_rotary_factor").asDouble(1) != 1) {
      throw unsupported("partial_rotary_factor", root.get("partial_rotary_factor"), "1");
    }
    String kind = isNull("sliding_window") ? "full_attention" : "sliding_attention";
    for (JsonNode layer : root.path("layer_types")) {
      if (!layer.asText().equals(kind)) {
        throw unsupported("layer_types", layer, kind + " in every layer");
      }
    }
  }

  private void refuseScaledRope(String key) {
    JsonNode rope = root.path(key);
    if (rope.isMissingNode() || rope.isNull()) {
      return;
    }
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    if (!rope.isObject() || !type.equals("default")) {
      throw unsupported(key, rope, "null, or rope_type \"default\"");
    }
    if (rope.path("partial_rotary_factor").asDouble(1) != 1) {
      throw unsupported(key + ".partial_rotary_factor", rope, "1");
    }
  }

  private MistralConfig build(List<Integer> eos) {
    int hidden = integer("hidden_size");
    int heads = integer("num_attention_heads");
    int kvHeads = isNull("num_key_value_heads") ? heads : integer("num_key_value_heads", 8);
    if (heads < 1) {
      throw unsupported("num_attention_heads", root.get("num_attention_heads"), "1 or more");
    }
    if (!root.hasNonNull("head_dim") && hidden % heads != 0) {
      throw unsupported(
          "hidden_size", root.get("hidden_size"), "a multiple of num_attention_heads = " + heads);
    }
    try {
      return new MistralConfig(
          integer("vocab_size"),
          hidden,
          integer("intermediate_size"),
          integer("num_hidden_layers"),
          heads,
          kvHeads,
          root.hasNonNull("head_dim") ? integer("head_dim") : hidden / heads,
          number(root, "rms_norm_eps", 1e-6),
          ropeTheta(),
          isNull("sliding_window")
              ? OptionalInt.empty()
              : OptionalInt.of(integer("sliding_window", 4096)),
          integer("max_position_embeddings", 131_072),
          bool("tie_word_embeddings"),
          isNull("bos_token_id") ? OptionalInt.empty() : OptionalInt.of(integer("bos_token_id", 1)),
          eos,
          root.hasNonNull("pad_token_id")
              ? OptionalInt.of(integer("pad_token_id"))
              : OptionalInt.empty(),
          number(root, "initializer_range", 0.02));
    } catch (IllegalArgumentException e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private double ropeTheta() {
    JsonNode parameters = root.path("rope_parameters");
    return parameters.has("rope_theta")
        ? number(parameters, "rope_theta", 10_000)
        : number(root, "rope_theta", 10_000);
  }

  private boolean isNull(String key) {
    return root.has(key) && root.get(key).isNull();
  }

  private int integer(String key) {
    if (!root.hasNonNull(key)) {
      throw new UserError(file + ": the key " + key + " is missing; a Mistral model needs it");
    }
    return integer(key, 0);
  }

  private int integer(String key, int absent) {
    JsonNode value = root.get(key);
    if (value == null) {
      return absent;
    }
    if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
      throw unsupported(key, value, "an integer below 2^31");
    }
    return value.asInt();
  }

  private double number(JsonNode parent, String key, double absent) {
    JsonNode value = parent.get(key);
    if (value == null) {
      return absent;
    }
    if (!value.isNumber()) {
      throw unsupported(key, value, "a number");
    }
    return value.asDouble();
  }

  private boolean bool(String key) {
    JsonNode value = root.get(key);
    if (value != null && !value.isBoolean()) {
      throw unsupported(key, value, "true or false");
    }
    return value != null && value.asBoolean();
  }

  private List<Integer> tokens(String key, int absent) {
    JsonNode value = root.get(key);
    if (value == null) {
      return List.of(absent);
    }
    if (value.isNull()) {
      return List.of();
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value.isArray() ? value : JSON.createArrayNode().add(value)) {
      if (!id.canConvertToInt() || !id.canConvertToExactIntegral()) {
        throw unsupported(key, value, "a token id or a list of token ids");
      }
      ids.add(id.asInt());
    }
    return ids;
  }

  private UserError unsupported(String key, @Nullable JsonNode value, String supported) {
    return new UserError(
        file + ": " + key + " = " + value + " is not supported; supported: " + supported);
  }

  static String write(MistralConfig config, DType dtype) {
    return object(config, dtype, ARCHITECTURE).toPrettyString() + "\n";
  }

  /// The text of the `config.json` of a [ValueModel].
  static String writeValue(MistralConfig config, DType dtype) {
    ObjectNode root = object(config, dtype, VALUE_ARCHITECTURE);
    root.put("tie_word_embeddings", false); // there is no second table to tie
    root.putObject("id2label").put("0", "LABEL_0");
    root.putObject("label2id").put("LABEL_0", 0);
    root.put("num_labels", 1);
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode object(MistralConfig config, DType dtype, String architecture) {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add(architecture);
    root.put("model_type", "mistral");
    root.put("vocab_size", config.vocabSize());
    root.put("hidden_size", config.hiddenSize());
    root.put("intermediate_size", config.intermediateSize());
    root.put("num_hidden_layers", config.numHiddenLayers());
    root.put("num_attention_heads", config.numAttentionHeads());
    root.put("num_key_value_heads", config.numKeyValueHeads());
    root.put("head_dim", config.headDim());
    root.put("hidden_act", "silu");
    root.put("rms_norm_eps", config.rmsNormEps());
    root.put("rope_theta", config.ropeTheta());
    put(root, "sliding_window", config.slidingWindow());
    root.put("max_position_embeddings", config.maxPositionEmbeddings());
    root.put("tie_word_embeddings", config.tieWordEmbeddings());
    root.put("attention_dropout", 0.0);
    root.put("initializer_range", config.initializerRange());
    root.put("use_cache", true);
    putTokens(root, config);
    root.put("torch_dtype", torchName(dtype));
    return root;
  }

  /// The text of a `generation_config.json` with the tokens that begin and end a sequence.
  static String writeGeneration(MistralConfig config) {
    ObjectNode root = JSON.createObjectNode();
    root.put("_from_model_config", true);
    putTokens(root, config);
    return root.toPrettyString() + "\n";
  }

  private static void putTokens(ObjectNode root, MistralConfig config) {
    put(root, "bos_token_id", config.bosTokenId());
    switch (config.eosTokenIds().size()) {
      case 0 -> root.putNull("eos_token_id");
      case 1 -> root.put("eos_token_id", config.eosTokenIds().getFirst());
      default -> {
        ArrayNode ids = root.putArray("eos_token_id");
        config.eosTokenIds().forEach(ids::add);
      }
    }
    put(root, "pad_token_id", config.padTokenId());
  }

  private static void put(ObjectNode root, String key, OptionalInt value) {
    if (value.isPresent()) {
      root.put(key, value.getAsInt());
    } else {
      root.putNull(key);
    }
  }

  private static String torchName(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      case Q8_0 ->
          throw new IllegalArgumentException(
              "a checkpoint stored as Q8_0; allowed: F32, BF16 or F16");
    };
  }
}
