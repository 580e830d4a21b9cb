package org.tramontane.transformer;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// Makes a [MistralConfig] step by step, from small values that are valid as they stand.
///
/// It begins with V = 256, C = 64, F = 176, 2 layers, 4 query and 2 key/value heads of size C / H, no window,
/// 512 positions, untied embeddings, BOS 1 and EOS 2.
public final class MistralConfigBuilder {
  private int vocabSize = 256;
  private int hiddenSize = 64;
  private int intermediateSize = 176;
  private int layers = 2;
  private int heads = 4;
  private int kvHeads = 2;
  private OptionalInt headDim = OptionalInt.empty();
  private double rmsNormEps = 1e-5;
  private double ropeTheta = 10_000;
  private OptionalInt slidingWindow = OptionalInt.empty();
  private int maxPositions = 512;
  private boolean tied;
  private OptionalInt bos = OptionalInt.of(1);
  private List<Integer> eos = List.of(2);
  private OptionalInt pad = OptionalInt.empty();
  private double initializerRange = 0.02;

  MistralConfigBuilder() {}

  /// V.
  public MistralConfigBuilder vocabSize(int value) {
    vocabSize = value;
    return this;
  }

  /// C.
  public MistralConfigBuilder hiddenSize(int value) {
    hiddenSize = value;
    return this;
  }

  /// F.
  public MistralConfigBuilder intermediateSize(int value) {
    intermediateSize = value;
    return this;
  }

  /// The number of layers.
  public MistralConfigBuilder layers(int value) {
    layers = value;
    return this;
  }

  /// H query heads that share K key/value heads.
  public MistralConfigBuilder heads(int queries, int keyValues) {
    heads = queries;
    kvHeads = keyValues;
    return this;
  }

  /// D, where it is not C / H.
  public MistralConfigBuilder headDim(int value) {
    headDim = OptionalInt.of(value);
    return this;
  }

  /// RMSNorm's eps.
  public MistralConfigBuilder rmsNormEps(double value) {
    rmsNormEps = value;
    return this;
  }

  /// The base of the rotary angles.
  public MistralConfigBuilder ropeTheta(double value) {
    ropeTheta = value;
    return this;
  }

  /// W.
  public MistralConfigBuilder slidingWindow(int value) {
    slidingWindow = OptionalInt.of(value);
    return this;
  }

  /// The longest sequence.
  public MistralConfigBuilder maxPositions(int value) {
    maxPositions = value;
    return this;
  }

  /// Whether the head is the embedding table.
  public MistralConfigBuilder tied(boolean value) {
    tied = value;
    return this;
  }

  /// The tokens that begin and end a sequence.
  public MistralConfigBuilder specialTokens(int bosId, int... eosIds) {
    bos = OptionalInt.of(bosId);
    eos = Arrays.stream(eosIds).boxed().toList();
    return this;
  }

  /// The padding token.
  public MistralConfigBuilder padToken(int value) {
    pad = OptionalInt.of(value);
    return this;
  }

  /// The standard deviation of fresh weights.
  public MistralConfigBuilder initializerRange(double value) {
    initializerRange = value;
    return this;
  }

  /// The configuration.
  ///
  /// @throws IllegalArgumentException if a value is out of its range
  public MistralConfig build() {
    return new MistralConfig(
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        kvHeads,
        headDim.orElse(hiddenSize / heads),
        rmsNormEps,
        ropeTheta,
        slidingWindow,
        maxPositions,
        tied,
        bos,
        eos,
        pad,
        initializerRange);
  }
}
