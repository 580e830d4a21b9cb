package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.MeasuringArena;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// A model of random weights and a batch to train it on.
///
/// @param name by which a user asks for it
/// @param config the model
/// @param weights how its weights are stored where it reads and generates
/// @param sequence tokens of each sequence of a training batch
/// @param pairs preference pairs of a batch, two sequences each
/// @param lora the adapter that is trained over the stored weights; without one, all weights are trained in F32
public record ModelShape(
    String name,
    MistralConfig config,
    DType weights,
    int sequence,
    int pairs,
    Optional<LoraConfig> lora) {
  private static final Optional<LoraConfig> WHOLE = Optional.empty();

  private static final String FIRST_LAYER = "model.layers.0.";

  /// Room for prompts and what is generated after them.
  private static final int POSITIONS = 4096;

  /// stories260K's shape: hidden 64, 5 layers, vocabulary 512; 2 pairs of 64 tokens.
  public static ModelShape tiny() {
    return new ModelShape("tiny", config(64, 172, 5, 8, 4, 512), DType.F32, 64, 2, WHOLE);
  }

  /// Hidden 512, 8 layers, vocabulary 8,192; 4 pairs of 256 tokens.
  public static ModelShape small() {
    return new ModelShape("S", config(512, 1408, 8, 8, 4, 8192), DType.F32, 256, 4, WHOLE);
  }

  /// Hidden 1,024, 12 layers, vocabulary 32,000; 1 pair of 512 tokens.
  public static ModelShape medium() {
    return new ModelShape("M", config(1024, 2816, 12, 16, 4, 32000), DType.F32, 512, 1, WHOLE);
  }

  /// One of Mistral 7B's 32 layers, with its embedding and head: hidden 4,096, vocabulary 32,000; 1 pair of 512 tokens.
  public static ModelShape sevenBLayer() {
    return new ModelShape(
        "7b-layer", config(4096, 14336, 1, 32, 8, 32000), DType.BF16, 512, 1, WHOLE);
  }

  /// Mistral 7B: 32 layers, hidden 4,096, vocabulary 32,000; 1 pair of 256 tokens, LoRA of rank 16 on all layers' matrices.
  public static ModelShape sevenB() {
    LoraConfig lora = LoraConfig.of(16, 32, LinearModule.ofLayers());
    return new ModelShape(
        "7b", config(4096, 14336, 32, 32, 8, 32000), DType.BF16, 256, 1, Optional.of(lora));
  }

  /// All that a user can ask for.
  public static List<ModelShape> all() {
    return List.of(tiny(), small(), medium(), sevenBLayer(), sevenB());
  }

  /// What a training step works on: random weights in F32, or as they are stored and under a fresh adapter.
  MistralModel trained(Backend backend, Arena arena) {
    if (lora.isEmpty()) {
      return new MistralModel(MistralWeights.random(config, 1, arena), backend);
    }
    return new MistralModel(weights(arena), backend)
        .withAdapter(LoraAdapter.random(lora.get(), config, 1, arena));
  }

  /// Random weights, stored as the shape says. Where that is not F32, all layers have the same ones: random numbers for 7 billion
  /// parameters would take longer than the tests, and no test tells.
  MistralWeights weights(Arena arena) {
    if (weights == DType.F32) {
      return MistralWeights.random(config, 1, arena);
    }
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    try (MeasuringArena shapes = new MeasuringArena()) {
      SplittableRandom seeds = new SplittableRandom(1);
      MistralWeights.zeros(layers(1), shapes)
          .byName()
          .forEach(
              (name, shaped) -> {
                boolean norm = shaped.shape().rank() == 1;
                Tensor tensor = Tensor.allocate(arena, norm ? DType.F32 : weights, shaped.shape());
                if (norm) {
                  tensor.fill(1);
                } else {
                  fill(tensor, seeds.nextLong());
                }
                all.put(name, tensor);
              });
    }
    SequencedMap<String, Tensor> first = new LinkedHashMap<>(all);
    for (int layer = 1; layer < config.numHiddenLayers(); layer++) {
      String prefix = FIRST_LAYER.replace("0", Integer.toString(layer));
      first.forEach(
          (name, tensor) -> {
            if (name.startsWith(FIRST_LAYER)) {
              Tensor copy = Tensor.allocate(arena, tensor.dtype(), tensor.shape());
              all.put(prefix + name.substring(FIRST_LAYER.length()), copy.copyFrom(tensor));
            }
          });
    }
    return new MistralWeights(config, all);
  }

  /// Numbers between plus and minus 0.035, rows side by side on all processors: their deviation is `initializer_range`.
  private static void fill(Tensor tensor, long seed) {
    IntStream.range(0, Math.toIntExact(tensor.rows()))
        .parallel()
        .forEach(
            row -> {
              SplittableRandom random = new SplittableRandom(seed + row);
              float[] values = new float[Math.toIntExact(tensor.columns())];
              for (int i = 0; i < values.length; i++) {
                values[i] = (random.nextInt() >> 8) * (0.035f / (1 << 23));
              }
              tensor.rows(row, row + 1).copyFrom(values);
            });
  }

  private MistralConfig layers(int count) {
    return config(
        config.hiddenSize(),
        config.intermediateSize(),
        count,
        config.numAttentionHeads(),
        config.numKeyValueHeads(),
        config.vocabSize());
  }

  /// The shape called `name`.
  ///
  /// @throws UserError if there is none
  public static ModelShape named(String name) {
    return all().stream()
        .filter(shape -> shape.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "--shape "
                        + name
                        + ": allowed are "
                        + all().stream().map(ModelShape::name).collect(Collectors.joining(", "))));
  }

  /// A batch for training `config`, a model that the user named.
  static ModelShape of(String name, MistralConfig config, DType weights) {
    return new ModelShape(
        name, config, weights, Math.min(256, config.maxPositionEmbeddings()), 1, WHOLE);
  }

  private static MistralConfig config(
      int hidden, int intermediate, int layers, int heads, int kvHeads, int vocabulary) {
    return MistralConfig.builder()
        .vocabSize(vocabulary)
        .hiddenSize(hidden)
        .intermediateSize(intermediate)
        .layers(layers)
        .heads(heads, kvHeads)
        .maxPositions(POSITIONS)
        .build();
  }

  /// Tokens of a training step.
  public long tokens() {
    return 2L * pairs * sequence;
  }

  /// Weights that a token is multiplied with: all matrices but the embedding.
  private double matmulWeights() {
    double attention =
        2.0
            * config.hiddenSize()
            * (config.numAttentionHeads() + config.numKeyValueHeads())
            * config.headDim();
    double layer = attention + 3.0 * config.hiddenSize() * config.intermediateSize();
    return config.numHiddenLayers() * layer + (double) config.vocabSize() * config.hiddenSize();
  }

  /// FLOPs of a training step, where all weights are trained: 6 x (matmul weights) + 6 x layers x sequence x hidden per token, a forward pass and twice as
  /// much backward, attention counted for the causal half only. Recomputed logits and everything that is not a matrix
  /// product count as nothing. With an adapter 4 x (matmul weights), as weights have no derivative; its own products count as nothing.
  public double trainingFlops() {
    int passes = lora.isPresent() ? 4 : 6;
    return tokens()
        * (passes * matmulWeights()
            + 6.0 * config.numHiddenLayers() * sequence * config.hiddenSize());
  }

  /// FLOPs of reading `tokens` tokens of one sequence, with the log-probability or the logits of each of `rows` of them.
  public double readingFlops(int tokens, int rows) {
    double head = (double) config.vocabSize() * config.hiddenSize();
    return 2 * (tokens * (matmulWeights() - head) + rows * head)
        + 2.0 * config.numHiddenLayers() * tokens * tokens * config.queryWidth();
  }
}
