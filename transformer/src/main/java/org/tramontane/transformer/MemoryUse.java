package org.tramontane.transformer;

import java.util.Optional;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.MeasuringArena;
import org.tramontane.tensor.Shape;

/// What the parts of a model take outside the Java heap, in bytes; known from its shape alone, before any weight is read.
/// Passes are measured by the code that allocates them.
public final class MemoryUse {
  private MemoryUse() {}

  /// All weights, stored as `dtype`; norms are F32 then.
  public static long weights(MistralConfig config, DType dtype) {
    return WeightNames.shapes(config).values().stream()
        .mapToLong(shape -> (shape.rank() == 1 ? DType.F32 : dtype).bytes(shape.elements()))
        .sum();
  }

  /// The largest of them.
  public static long largestWeight(MistralConfig config, DType dtype) {
    return WeightNames.shapes(config).values().stream()
        .mapToLong(shape -> (shape.rank() == 1 ? DType.F32 : dtype).bytes(shape.elements()))
        .max()
        .orElseThrow();
  }

  /// What is trained: all weights, or an adapter alone; F32.
  public static long trainable(MistralConfig config, Optional<LoraConfig> lora) {
    return lora
            .map(adapter -> LoraAdapter.shapes(adapter, config))
            .orElseGet(() -> WeightNames.shapes(config))
            .values()
            .stream()
            .mapToLong(Shape::elements)
            .sum()
        * Float.BYTES;
  }

  /// A [TrainingPass]: what is kept of a batch for its derivative.
  ///
  /// @param tokens of the largest micro-batch
  /// @param rows of it whose next token is predicted
  public static long training(
      MistralConfig config,
      Optional<LoraConfig> lora,
      boolean gradientCheckpointing,
      int tokens,
      int rows) {
    try (MeasuringArena arena = new MeasuringArena()) {
      TrainingPass.measure(arena, config, gradientCheckpointing, tokens, rows);
      lora.ifPresent(adapter -> Linears.measure(arena, adapter, config, tokens));
      return arena.bytes() + (isOnHead(lora) ? 2 * head(config) : 0);
    }
  }

  /// What a [ValueModel] trains, F32: a body without its own head, or an adapter alone, and the scalar head.
  public static long valueTrainable(MistralConfig config, Optional<LoraConfig> lora) {
    return trainable(ValueModel.headless(config), lora.map(LoraConfig::withoutHead))
        + (long) config.hiddenSize() * Float.BYTES;
  }

  /// A [ValuePass]: what is kept of a batch for its derivative.
  ///
  /// @param tokens of the largest micro-batch
  /// @param sequences of it
  public static long valueTraining(
      MistralConfig config,
      Optional<LoraConfig> lora,
      boolean gradientCheckpointing,
      int tokens,
      int sequences) {
    try (MeasuringArena arena = new MeasuringArena()) {
      ValuePass.measure(arena, config, gradientCheckpointing, tokens, sequences);
      lora.ifPresent(adapter -> Linears.measure(arena, adapter.withoutHead(), config, tokens));
      return arena.bytes();
    }
  }

  /// A [ValueScorer].
  public static long valueInference(
      MistralConfig config, Optional<LoraConfig> lora, int tokens, int sequences) {
    try (MeasuringArena arena = new MeasuringArena()) {
      ValueScorer.measure(arena, config, tokens, sequences);
      lora.ifPresent(adapter -> Linears.measure(arena, adapter.withoutHead(), config, tokens));
      return arena.bytes();
    }
  }

  /// An [InferencePass] with the logits of `logitRows` rows.
  public static long inference(
      MistralConfig config, Optional<LoraConfig> lora, int tokens, int rows, int logitRows) {
    try (MeasuringArena arena = new MeasuringArena()) {
      InferencePass.measure(arena, config, tokens, rows, logitRows);
      lora.ifPresent(adapter -> Linears.measure(arena, adapter, config, tokens));
      return arena.bytes() + (isOnHead(lora) ? head(config) : 0);
    }
  }

  /// A [KvCache] of so many sequences of so many tokens.
  public static long cache(MistralConfig config, int sequences, int maxTokens) {
    int slots = Math.min(config.slidingWindow().orElse(maxTokens), maxTokens);
    return 2L * config.numHiddenLayers() * sequences * slots * config.keyValueWidth() * Float.BYTES;
  }

  private static boolean isOnHead(Optional<LoraConfig> lora) {
    return lora.isPresent() && lora.get().targetModules().contains(LinearModule.LM_HEAD);
  }

  /// The head in F32, which an adapter on it is added to.
  private static long head(MistralConfig config) {
    return LinearModule.LM_HEAD.shape(config).elements() * Float.BYTES;
  }
}
