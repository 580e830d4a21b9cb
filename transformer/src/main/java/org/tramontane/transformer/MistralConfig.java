package org.tramontane.transformer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;

/// The shape of a Mistral model, with the names of Hugging Face's `config.json`.
///
/// @param vocabSize V, rows of the embedding table
/// @param hiddenSize C, the width of the residual stream
/// @param intermediateSize F, the width of the feed-forward layer
/// @param numHiddenLayers layers, 1 or more
/// @param numAttentionHeads H, query heads, a multiple of `numKeyValueHeads`
/// @param numKeyValueHeads K, key/value heads
/// @param headDim D, even; need not be C / H
/// @param rmsNormEps added to the mean square inside RMSNorm's root
/// @param ropeTheta base of the rotary angles
/// @param slidingWindow W: a query sees at most W keys, its own included; empty for no limit
/// @param maxPositionEmbeddings the longest sequence that the model takes, in tokens
/// @param tieWordEmbeddings whether the head is the embedding table
/// @param bosTokenId the token that begins a sequence, if there is one
/// @param eosTokenIds tokens that end a sequence; may be empty
/// @param padTokenId the padding token, if there is one; batches here are packed and never padded
/// @param initializerRange standard deviation of freshly drawn weights
public record MistralConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    OptionalInt slidingWindow,
    int maxPositionEmbeddings,
    boolean tieWordEmbeddings,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    double initializerRange) {

  /// Checks the ranges.
  public MistralConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("num_key_value_heads", numKeyValueHeads);
    require(
        numAttentionHeads % numKeyValueHeads == 0,
        "num_attention_heads",
        numAttentionHeads,
        "a multiple of num_key_value_heads = " + numKeyValueHeads);
    require(headDim >= 2 && headDim % 2 == 0, "head_dim", headDim, "even, 2 or more");
    require(
        (long) numAttentionHeads * headDim <= Integer.MAX_VALUE,
        "head_dim",
        headDim,
        "num_attention_heads * head_dim below 2^31");
    require(rmsNormEps > 0 && Double.isFinite(rmsNormEps), "rms_norm_eps", rmsNormEps, "above 0");
    require(ropeTheta > 0 && Double.isFinite(ropeTheta), "rope_theta", ropeTheta, "above 0");
    slidingWindow.ifPresent(window -> positive("sliding_window", window));
    positive("max_position_embeddings", maxPositionEmbeddings);
    bosTokenId.ifPresent(id -> token("bos_token_id", id, vocabSize));
    eosTokenIds = List.copyOf(eosTokenIds);
    for (int id : eosTokenIds) {
      token("eos_token_id", id, vocabSize);
    }
    require(
        initializerRange >= 0 && Double.isFinite(initializerRange),
        "initializer_range",
        initializerRange,
        "0 or more");
  }

  /// Reads a checkpoint's configuration, as transformers 4.x and 5.x write it.
  ///
  /// An `eos_token_id` in a `generation_config.json` beside it wins over that of `config.json`, as in transformers.
  ///
  /// @param path `config.json` or the folder that holds it
  /// @throws UserError if the file is missing or broken, or asks for something that this implementation does not do:
  ///     another architecture or activation, biases, scaled rotary angles, quantised weights
  public static MistralConfig load(Path path) {
    return ConfigJson.read(path);
  }

  /// The text of a `config.json` that transformers reads.
  ///
  /// @param dtype how the weights beside it are stored
  public String toJson(DType dtype) {
    return ConfigJson.write(this, dtype);
  }

  /// A builder that begins with small, valid values; for tests and demonstrations.
  public static MistralConfigBuilder builder() {
    return new MistralConfigBuilder();
  }

  /// The same shape with another sliding window, or none.
  public MistralConfig withSlidingWindow(OptionalInt window) {
    return with(window, tieWordEmbeddings);
  }

  /// The same shape with the embedding table for a head.
  MistralConfig withTiedEmbeddings() {
    return with(slidingWindow, true);
  }

  private MistralConfig with(OptionalInt window, boolean tied) {
    return new MistralConfig(
        vocabSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        rmsNormEps,
        ropeTheta,
        window,
        maxPositionEmbeddings,
        tied,
        bosTokenId,
        eosTokenIds,
        padTokenId,
        initializerRange);
  }

  /// The width of all query heads together, H * D.
  public int queryWidth() {
    return numAttentionHeads * headDim;
  }

  /// The width of all key heads, or all value heads, together, K * D.
  public int keyValueWidth() {
    return numKeyValueHeads * headDim;
  }

  /// What the attention kernels need to know.
  public AttentionShape attentionShape() {
    return new AttentionShape(
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        slidingWindow.orElse(AttentionShape.NO_WINDOW));
  }

  private static void positive(String key, int value) {
    require(value >= 1, key, value, "1 or more");
  }

  private static void token(String key, int id, int vocabSize) {
    require(id >= 0 && id < vocabSize, key, id, "0 to vocab_size - 1 = " + (vocabSize - 1));
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
