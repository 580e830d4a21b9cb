package org.tramontane.transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.SafetensorsWriter;

/// Reads and writes value models: transformers' `MistralForSequenceClassification` with one label, or PEFT's adapter for
/// one, whose head is among the `modules_to_save`.
final class ValueFiles {
  private ValueFiles() {}

  static ValueModel open(Path dir, @Nullable MistralModel base, Backend backend, Arena arena) {
    if (Files.exists(dir.resolve(PeftFiles.CONFIG))) {
      if (base == null) {
        throw new UserError(dir + " is an adapter; it needs the model that it sits on");
      }
      PeftFiles.Opened opened = PeftFiles.open(dir, base.config(), task(base.config()), arena);
      return new ValueModel(
          base.withoutAdapter().withAdapter(opened.adapter()),
          WeightNames.get(opened.whole(), ValueParameters.ADAPTED_SCORE));
    }
    MistralConfig config = ValueModel.headless(ConfigJson.readValue(dir));
    SequencedMap<String, Shape> shapes = WeightNames.shapes(config);
    shapes.put(ValueParameters.SCORE, scoreShape(config));
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    try (Arena mapping = Arena.ofShared()) {
      Checkpoints.tensors(dir, config, shapes, mapping)
          .forEach(
              (name, stored) ->
                  weights.put(
                      name, Tensor.allocate(arena, DType.F32, stored.shape()).copyFrom(stored)));
    }
    Tensor score = WeightNames.get(weights, ValueParameters.SCORE);
    weights.remove(ValueParameters.SCORE);
    return new ValueModel(new MistralModel(new MistralWeights(config, weights), backend), score);
  }

  static void write(ValueModel model, Path folder, Path startedFrom) throws IOException {
    SequencedMap<String, Tensor> tensors = model.trainable().byName();
    switch (model.trainable().body()) {
      case MistralWeights full -> {
        Files.writeString(
            folder.resolve("config.json"), ConfigJson.writeValue(model.config(), DType.F32));
        SafetensorsWriter.writeCheckpoint(folder, tensors, SafetensorsWriter.DEFAULT_SHARD_BYTES);
      }
      case LoraAdapter low ->
          PeftFiles.write(
              low.config(), tensors, folder, startedFrom.toString(), task(model.config()));
    }
    Checkpoints.copyTokenizer(startedFrom, folder);
  }

  private static PeftFiles.Task task(MistralConfig config) {
    SequencedMap<String, Shape> whole = new LinkedHashMap<>();
    whole.put(ValueParameters.ADAPTED_SCORE, scoreShape(config));
    return new PeftFiles.Task("SEQ_CLS", List.of("score"), whole);
  }

  private static Shape scoreShape(MistralConfig config) {
    return Shape.of(1, config.hiddenSize());
  }
}
