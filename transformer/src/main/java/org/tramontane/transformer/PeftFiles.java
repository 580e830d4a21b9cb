package org.tramontane.transformer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.tensor.safetensors.SafetensorsFile;
import org.tramontane.tensor.safetensors.SafetensorsWriter;

/// Reads and writes PEFT's adapter folders: `adapter_config.json` and `adapter_model.safetensors`.
///
/// What the configuration asks for is either done or refused. That goes for keys of later versions of PEFT too: one that
/// is not known may only say null, false, 0 or nothing.
final class PeftFiles {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Keys that say nothing about what the adapter computes, once it is trained.
  private static final Set<String> HARMLESS =
      Set.of(
          "arrow_config",
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "inference_mode",
          "init_lora_weights",
          "loftq_config",
          "megatron_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config");

  private static final Set<String> READ =
      Set.of(
          "bias",
          "lora_alpha",
          "lora_dropout",
          "peft_type",
          "r",
          "target_modules",
          "task_type",
          "use_rslora");

  private final Path file;
  private final ObjectNode root;

  private PeftFiles(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /// What an adapter is for, as `adapter_config.json` says it.
  ///
  /// @param modulesToSave what is trained in full beside the adapter
  /// @param wholeTensors names and shapes of these
  record Task(
      String taskType, List<String> modulesToSave, SequencedMap<String, Shape> wholeTensors) {
    /// A language model's.
    static final Task LANGUAGE_MODEL = new Task("CAUSAL_LM", List.of(), new LinkedHashMap<>());
  }

  /// An adapter and what was trained in full beside it.
  record Opened(LoraAdapter adapter, SequencedMap<String, Tensor> whole) {}

  static LoraAdapter open(Path dir, MistralConfig base, Arena arena) {
    return open(dir, base, Task.LANGUAGE_MODEL, arena).adapter();
  }

  static Opened open(Path dir, MistralConfig base, Task task, Arena arena) {
    LoraConfig lora = config(dir.resolve(CONFIG), task);
    // Only as long as the tensors are copied to F32.
    try (Arena mapping = Arena.ofShared()) {
      SafetensorsFile stored = SafetensorsFile.open(dir.resolve(WEIGHTS), mapping);
      SequencedMap<String, Shape> expected = LoraAdapter.shapes(lora, base);
      for (String name : stored.names()) {
        if (!expected.containsKey(name)
            && !task.wholeTensors.containsKey(name)
            && !isCopyOfHead(name, stored.info(name).shape(), base)) {
          throw new UserError(
              stored.path()
                  + ": unexpected tensor '"
                  + name
                  + "'; "
                  + CONFIG
                  + " and the model describe an adapter without it");
        }
      }
      return new Opened(
          new LoraAdapter(lora, base, copies(stored, expected, arena)),
          copies(stored, task.wholeTensors, arena));
    }
  }

  private static SequencedMap<String, Tensor> copies(
      SafetensorsFile stored, SequencedMap<String, Shape> shapes, Arena arena) {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          requireShape(stored, name, shape);
          copies.put(name, Tensor.allocate(arena, DType.F32, shape).copyFrom(stored.tensor(name)));
        });
    return copies;
  }

  /// PEFT saves the frozen head beside an adapter that sits on it.
  private static boolean isCopyOfHead(String name, Shape shape, MistralConfig base) {
    return name.equals("base_model.model.lm_head.base_layer.weight")
        && shape.equals(LinearModule.LM_HEAD.shape(base));
  }

  private static void requireShape(SafetensorsFile stored, String name, Shape shape) {
    if (!stored.names().contains(name)) {
      throw new UserError(
          stored.path() + ": no tensor is called '" + name + "', which " + CONFIG + " asks for");
    }
    Shape found = stored.info(name).shape();
    if (!found.equals(shape)) {
      throw new UserError(
          "%s: tensor '%s' has the shape %s; %s and the model ask for %s"
              .formatted(stored.path(), name, found, CONFIG, shape));
    }
  }

  /// Reads `adapter_config.json`.
  static LoraConfig config(Path path) {
    return config(path, Task.LANGUAGE_MODEL);
  }

  private static LoraConfig config(Path path, Task task) {
    PeftFiles json = new PeftFiles(path, object(path));
    json.refuseWhatIsNotLora(task);
    try {
      return new LoraConfig(
          (int) json.number("r", 8),
          json.number("lora_alpha", 8),
          json.number("lora_dropout", 0),
          json.flag("use_rslora"),
          json.targets());
    } catch (IllegalArgumentException e) {
      throw new UserError(path + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode object(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          file + ": no such file; an adapter is a folder with " + CONFIG + " and " + WEIGHTS);
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

  private void refuseWhatIsNotLora(Task task) {
    requireText("peft_type", "LORA", false);
    requireText("task_type", task.taskType, true);
    requireText("bias", "none", true);
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      String key = entry.getKey();
      boolean read = READ.contains(key) || isListOf(entry, "modules_to_save", task.modulesToSave);
      if (!read && !HARMLESS.contains(key) && !isNothing(entry.getValue())) {
        throw new UserError(
            "%s: %s = %s is not supported; allowed: nothing"
                .formatted(file, key, entry.getValue()));
      }
    }
  }

  private static boolean isListOf(
      Map.Entry<String, JsonNode> entry, String key, List<String> values) {
    List<String> found = new ArrayList<>();
    entry.getValue().forEach(value -> found.add(value.asText()));
    return entry.getKey().equals(key) && found.equals(values);
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isNumber() && value.asDouble() == 0)
        || (value.isTextual() && value.asText().isEmpty())
        || (value.isContainerNode() && value.isEmpty());
  }

  private void requireText(String key, String allowed, boolean mayBeMissing) {
    JsonNode value = root.path(key);
    boolean missing = value.isMissingNode() || value.isNull();
    if (missing ? !mayBeMissing : !value.asText().equals(allowed)) {
      throw new UserError("%s: %s = %s; allowed: %s".formatted(file, key, value, allowed));
    }
  }

  private double number(String key, double standard) {
    JsonNode value = root.path(key);
    if (value.isMissingNode()) {
      return standard;
    }
    boolean whole = key.equals("r");
    if (whole ? !value.canConvertToInt() || !value.isIntegralNumber() : !value.isNumber()) {
      throw new UserError(
          "%s: %s = %s; allowed: a %s"
              .formatted(file, key, value, whole ? "whole number, 1 or more" : "number"));
    }
    return value.asDouble();
  }

  private boolean flag(String key) {
    JsonNode value = root.path(key);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new UserError("%s: %s = %s; allowed: true or false".formatted(file, key, value));
    }
    return value.asBoolean(false);
  }

  private Set<LinearModule> targets() {
    JsonNode value = root.path("target_modules");
    List<String> names = new ArrayList<>();
    if (value.isTextual()) {
      names.add(value.asText()); // all-linear; PEFT takes any other string as a regular expression
    } else if (value.isArray() && !value.isEmpty()) {
      value.forEach(name -> names.add(name.asText()));
    } else {
      throw new UserError(
          "%s: target_modules = %s; allowed: a list of linear layers, or \"%s\""
              .formatted(file, value, LoraConfig.ALL_LINEAR));
    }
    return LoraConfig.targets(file + ": target_modules", names);
  }

  static void save(LoraAdapter adapter, Path dir, String baseModel) {
    AtomicFiles.writeDirectory(dir, folder -> write(adapter, folder, baseModel));
  }

  static void write(LoraAdapter adapter, Path folder, String baseModel) throws IOException {
    write(adapter.config(), adapter.byName(), folder, baseModel, Task.LANGUAGE_MODEL);
  }

  /// @param tensors of the adapter, and what was trained in full beside it
  static void write(
      LoraConfig lora,
      SequencedMap<String, Tensor> tensors,
      Path folder,
      String baseModel,
      Task task)
      throws IOException {
    Files.writeString(folder.resolve(CONFIG), json(lora, baseModel, task));
    SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
  }

  private static String json(LoraConfig lora, String baseModel, Task task) {
    ObjectNode json = JSON.createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", task.taskType);
    json.put("base_model_name_or_path", baseModel);
    json.put("inference_mode", true);
    json.put("r", lora.r());
    json.put("lora_alpha", lora.loraAlpha());
    if (lora.loraAlpha() == Math.rint(lora.loraAlpha())) {
      json.put("lora_alpha", (long) lora.loraAlpha());
    }
    json.put("lora_dropout", lora.loraDropout());
    json.put("use_rslora", lora.useRslora());
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    if (task.modulesToSave.isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      ArrayNode whole = json.putArray("modules_to_save");
      task.modulesToSave.forEach(whole::add);
    }
    ArrayNode targets = json.putArray("target_modules");
    lora.targetModules().forEach(module -> targets.add(module.moduleName()));
    return json.toPrettyString() + "\n";
  }
}
