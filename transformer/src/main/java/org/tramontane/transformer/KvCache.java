package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.Tensor;

/// Keys and values of the tokens that later ones still see, for B sequences.
///
/// A sequence's cache is a ring of S slots: position p lies in slot `p mod S`. With a sliding window W, S is W at most,
/// and a token overwrites the one that has just left the window.
public final class KvCache implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final int sequences;
  private final int slots;

  /// An empty cache.
  ///
  /// @param sequences B, 1 or more
  /// @param maxTokens the longest that a sequence gets, prompt and new tokens together, 1 or more
  public KvCache(MistralConfig config, int sequences, int maxTokens) {
    if (sequences < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(
          "sequences = " + sequences + " and maxTokens = " + maxTokens + "; allowed: 1 or more");
    }
    this.sequences = sequences;
    this.slots = Math.min(config.slidingWindow().orElse(maxTokens), maxTokens);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      keys.add(Tensor.allocate(arena, sequences, slots, config.keyValueWidth()));
      values.add(Tensor.allocate(arena, sequences, slots, config.keyValueWidth()));
    }
  }

  /// B.
  public int sequences() {
    return sequences;
  }

  /// S, the tokens that a sequence's cache holds.
  public int slots() {
    return slots;
  }

  /// The rotated keys of layer `layer`, `[B, S, K * D]`.
  Tensor keys(int layer) {
    return keys.get(layer);
  }

  /// The values of layer `layer`, `[B, S, K * D]`.
  Tensor values(int layer) {
    return values.get(layer);
  }

  @Override
  public void close() {
    arena.close();
  }
}
