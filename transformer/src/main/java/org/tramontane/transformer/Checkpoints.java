package org.tramontane.transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.tensor.safetensors.SafetensorsCheckpoint;
import org.tramontane.tensor.safetensors.SafetensorsWriter;

/// Reads and writes checkpoint folders in Hugging Face's layout.
final class Checkpoints {
  /// What belongs to a tokenizer, as Hugging Face names it.
  private static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja");

  private static final String GENERATION_CONFIG = "generation_config.json";

  private Checkpoints() {}

  static MistralWeights open(Path dir, Arena arena) {
    MistralConfig config = MistralConfig.load(dir);
    return new MistralWeights(config, tensors(dir, config, WeightNames.shapes(config), arena));
  }

  /// The tensors of a checkpoint, mapped as they are stored.
  ///
  /// @param expected all that there have to be
  static SequencedMap<String, Tensor> tensors(
      Path dir, MistralConfig config, SequencedMap<String, Shape> expected, Arena arena) {
    SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(dir, arena);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> entry : expected.entrySet()) {
      tensors.put(entry.getKey(), tensor(dir, checkpoint, entry.getKey(), entry.getValue()));
    }
    for (String name : checkpoint.names()) {
      if (!expected.containsKey(name) && !isHarmless(name, config)) {
        throw new UserError(
            checkpoint.file(name).path()
                + ": unexpected tensor '"
                + name
                + "'; config.json describes a model without it");
      }
    }
    return tensors;
  }

  private static Tensor tensor(
      Path dir, SafetensorsCheckpoint checkpoint, String name, Shape shape) {
    if (!checkpoint.names().contains(name)) {
      throw new UserError(dir + ": no tensor is called '" + name + "', which config.json asks for");
    }
    Shape found = checkpoint.info(name).shape();
    if (!found.equals(shape)) {
      throw new UserError(
          checkpoint.file(name).path()
              + ": tensor '"
              + name
              + "' has the shape "
              + found
              + "; config.json asks for "
              + shape);
    }
    return checkpoint.tensor(name);
  }

  /// What old exports carry and the model computes by itself: rotary frequencies, and a copy of a tied head.
  private static boolean isHarmless(String name, MistralConfig config) {
    return name.endsWith(".rotary_emb.inv_freq")
        || (config.tieWordEmbeddings() && name.equals(WeightNames.LM_HEAD));
  }

  static void save(MistralWeights weights, Path dir, DType dtype, @Nullable Path filesFrom) {
    AtomicFiles.writeDirectory(dir, folder -> write(weights, folder, dtype, filesFrom));
  }

  static void write(MistralWeights weights, Path folder, DType dtype, @Nullable Path filesFrom)
      throws IOException {
    Files.writeString(folder.resolve("config.json"), weights.config().toJson(dtype));
    Path given = filesFrom == null ? null : filesFrom.resolve(GENERATION_CONFIG);
    if (given != null && Files.isRegularFile(given)) {
      copy(given, folder);
    } else {
      Files.writeString(
          folder.resolve(GENERATION_CONFIG), ConfigJson.writeGeneration(weights.config()));
    }
    if (filesFrom != null) {
      copyTokenizer(filesFrom, folder);
    }
    // One thread writes, but it need not be the one that a confined arena would ask for.
    try (Arena arena = Arena.ofShared()) {
      SequencedMap<String, Tensor> stored = new LinkedHashMap<>();
      weights.byName().forEach((name, tensor) -> stored.put(name, as(dtype, tensor, arena)));
      SafetensorsWriter.writeCheckpoint(folder, stored, SafetensorsWriter.DEFAULT_SHARD_BYTES);
    }
  }

  static void copyTokenizer(Path from, Path folder) throws IOException {
    for (String name : TOKENIZER_FILES) {
      if (Files.isRegularFile(from.resolve(name))) {
        copy(from.resolve(name), folder);
      }
    }
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Tensor as(DType dtype, Tensor tensor, Arena arena) {
    return tensor.dtype() == dtype
        ? tensor
        : Tensor.allocate(arena, dtype, tensor.shape()).copyFrom(tensor);
  }
}
