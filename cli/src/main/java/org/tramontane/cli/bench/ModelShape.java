package org.tramontane.cli.bench;

import java.util.List;
import java.util.stream.Collectors;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralConfig;

/// A model of random weights and a batch to train it on.
///
/// @param name by which a user asks for it
/// @param config the model
/// @param weights how its weights are stored where it reads and generates; it trains in F32
/// @param sequence tokens of each sequence of a training batch
/// @param pairs preference pairs of a batch, two sequences each
public record ModelShape(
    String name, MistralConfig config, DType weights, int sequence, int pairs) {
  /// Room for prompts and what is generated after them.
  private static final int POSITIONS = 4096;

  /// stories260K's shape: hidden 64, 5 layers, vocabulary 512; 2 pairs of 64 tokens.
  public static ModelShape tiny() {
    return new ModelShape("tiny", config(64, 172, 5, 8, 4, 512), DType.F32, 64, 2);
  }

  /// Hidden 512, 8 layers, vocabulary 8,192; 4 pairs of 256 tokens.
  public static ModelShape small() {
    return new ModelShape("S", config(512, 1408, 8, 8, 4, 8192), DType.F32, 256, 4);
  }

  /// Hidden 1,024, 12 layers, vocabulary 32,000; 1 pair of 512 tokens.
  public static ModelShape medium() {
    return new ModelShape("M", config(1024, 2816, 12, 16, 4, 32000), DType.F32, 512, 1);
  }

  /// One of Mistral 7B's 32 layers, with its embedding and head: hidden 4,096, vocabulary 32,000; 1 pair of 512 tokens.
  public static ModelShape sevenBLayer() {
    return new ModelShape("7b-layer", config(4096, 14336, 1, 32, 8, 32000), DType.BF16, 512, 1);
  }

  /// All that a user can ask for.
  public static List<ModelShape> all() {
    return List.of(tiny(), small(), medium(), sevenBLayer());
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
    return new ModelShape(name, config, weights, Math.min(256, config.maxPositionEmbeddings()), 1);
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

  /// FLOPs of a training step: 6 x (matmul weights) + 6 x layers x sequence x hidden per token, a forward pass and twice as
  /// much backward, attention counted for the causal half only. Recomputed logits and everything that is not a matrix
  /// product count as nothing.
  public double trainingFlops() {
    return tokens()
        * (6 * matmulWeights() + 6.0 * config.numHiddenLayers() * sequence * config.hiddenSize());
  }

  /// FLOPs of reading `tokens` tokens of one sequence, with the log-probability or the logits of each of `rows` of them.
  public double readingFlops(int tokens, int rows) {
    double head = (double) config.vocabSize() * config.hiddenSize();
    return 2 * (tokens * (matmulWeights() - head) + rows * head)
        + 2.0 * config.numHiddenLayers() * tokens * tokens * config.queryWidth();
  }
}
