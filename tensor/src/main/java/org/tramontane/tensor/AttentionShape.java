package org.tramontane.tensor;

/// The head counts of grouped-query attention and its sliding window.
///
/// @param heads query heads H, a multiple of `kvHeads`
/// @param kvHeads key/value heads K
/// @param headDim head size D, even
/// @param window keys that a query sees at most, its own included; [#NO_WINDOW] for no limit
public record AttentionShape(int heads, int kvHeads, int headDim, int window) {
  /// The window of a model whose `sliding_window` is null.
  public static final int NO_WINDOW = Integer.MAX_VALUE;

  /// Checks the ranges.
  public AttentionShape {
    if (kvHeads < 1 || heads < kvHeads || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "heads = "
              + heads
              + " and kvHeads = "
              + kvHeads
              + "; allowed: heads a positive multiple of kvHeads");
    }
    if (headDim < 2 || headDim % 2 != 0) {
      throw new IllegalArgumentException("headDim = " + headDim + "; allowed: even, 2 or more");
    }
    if (window < 1) {
      throw new IllegalArgumentException("window = " + window + "; allowed: 1 or more");
    }
  }

  /// How many query heads share one key/value head.
  public int group() {
    return heads / kvHeads;
  }

  /// The factor on query-key products, `1 / sqrt(headDim)`.
  public float scale() {
    return (float) (1 / Math.sqrt(headDim));
  }
}
