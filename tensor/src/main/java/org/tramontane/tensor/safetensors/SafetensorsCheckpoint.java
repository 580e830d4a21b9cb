package org.tramontane.tensor.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// The tensors of a Hugging Face checkpoint, be they in one file or in shards with an index.
public final class SafetensorsCheckpoint {
  /// The name of an unsharded checkpoint's file.
  public static final String SINGLE = "model.safetensors";

  /// The name of a sharded checkpoint's index.
  public static final String INDEX = "model.safetensors.index.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path place;
  private final SequencedMap<String, SafetensorsFile> fileOf;

  private SafetensorsCheckpoint(Path place, SequencedMap<String, SafetensorsFile> fileOf) {
    this.place = place;
    this.fileOf = fileOf;
  }

  /// Maps a checkpoint for as long as `arena` lives.
  ///
  /// @param place a folder with `model.safetensors` or `model.safetensors.index.json`, or a safetensors file
  /// @throws UserError that names file, tensor and cause
  public static SafetensorsCheckpoint open(Path place, Arena arena) {
    if (!Files.exists(place)) {
      throw new UserError(place + " does not exist");
    }
    if (!Files.isDirectory(place)) {
      return of(place, SafetensorsFile.open(place, arena));
    }
    Path index = place.resolve(INDEX);
    if (Files.exists(index)) {
      return openShards(place, index, arena);
    }
    Path single = place.resolve(SINGLE);
    if (!Files.exists(single)) {
      throw new UserError(place + " has neither " + SINGLE + " nor " + INDEX);
    }
    return of(single, SafetensorsFile.open(single, arena));
  }

  private static SafetensorsCheckpoint of(Path place, SafetensorsFile file) {
    SequencedMap<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
    file.names().forEach(name -> fileOf.put(name, file));
    return new SafetensorsCheckpoint(place, fileOf);
  }

  private static SafetensorsCheckpoint openShards(Path folder, Path index, Arena arena) {
    JsonNode weightMap = readIndex(index).path("weight_map");
    if (!weightMap.isObject()) {
      throw new UserError(index + ": weight_map is not an object");
    }
    Map<String, SafetensorsFile> shards = new HashMap<>();
    SequencedMap<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
      String tensor = entry.getKey();
      Path shard = shardPath(folder, index, tensor, entry.getValue());
      SafetensorsFile file =
          shards.computeIfAbsent(shard.toString(), ignored -> SafetensorsFile.open(shard, arena));
      if (!file.tensors().containsKey(tensor)) {
        throw new UserError(
            index
                + ": tensor "
                + Quote.quote(tensor)
                + " is not in "
                + Quote.oneLine(String.valueOf(shard.getFileName())));
      }
      fileOf.put(tensor, file);
    }
    return new SafetensorsCheckpoint(index, fileOf);
  }

  private static JsonNode readIndex(Path index) {
    try {
      long bytes = Files.size(index);
      long limit = JsonLimit.here();
      if (bytes > limit) {
        throw new UserError(
            "%s has %d bytes; allowed: %s".formatted(index, bytes, JsonLimit.allowed(limit)));
      }
      return JSON.readTree(Files.readAllBytes(index));
    } catch (JsonProcessingException e) {
      throw new UserError(
          index + ": not valid JSON: " + Quote.oneLine(String.valueOf(e.getOriginalMessage())), e);
    } catch (IOException e) {
      throw new UserError(index + " can't be read: " + IoReason.of(e), e);
    }
  }

  /// The shard's file: a plain name, so that an index can't lead out of its folder. A link in the folder is followed,
  /// since caches store checkpoints that way.
  private static Path shardPath(Path folder, Path index, String tensor, JsonNode name) {
    String text = name.asText();
    if (!name.isTextual() || !text.matches("[^/\\\\:\\x00]+\\.safetensors")) {
      throw new UserError(
          index
              + ": tensor "
              + Quote.quote(tensor)
              + " is in "
              + Quote.quote(text)
              + "; allowed: the plain name of a .safetensors file");
    }
    Path shard = folder.resolve(text);
    if (!Files.isRegularFile(shard)) {
      throw new UserError(
          index
              + ": tensor "
              + Quote.quote(tensor)
              + " is in "
              + Quote.oneLine(text)
              + ", which does not exist");
    }
    return shard;
  }

  /// The tensors' names, in the order of the header or index.
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(fileOf.sequencedKeySet());
  }

  /// Which file holds a tensor.
  ///
  /// @throws UserError if there is none of that name
  public SafetensorsFile file(String name) {
    SafetensorsFile file = fileOf.get(name);
    if (file == null) {
      throw new UserError(place + " has no tensor " + Quote.quote(name));
    }
    return file;
  }

  /// The entry of a tensor.
  ///
  /// @throws UserError if there is none of that name
  public TensorInfo info(String name) {
    return file(name).info(name);
  }

  /// A tensor on the mapped bytes, read-only.
  ///
  /// @throws UserError if there is none of that name, or its dtype is not F32, BF16 or F16
  public Tensor tensor(String name) {
    return file(name).tensor(name);
  }
}
