package org.tramontane.transformer;

import java.lang.foreign.Arena;
import org.tramontane.tensor.Tensor;

/// Gradients that live within one layer's backward pass; all layers share them.
///
/// @param activated `[T, F]`
/// @param norm of either norm's output, `[T, C]`
/// @param attended `[T, H * D]`
/// @param q `[T, H * D]`
/// @param k `[T, K * D]`
/// @param v `[T, K * D]`
record LayerGradients(
    Tensor activated, Tensor norm, Tensor attended, Tensor q, Tensor k, Tensor v) {

  static LayerGradients allocate(Arena arena, MistralConfig config, int tokens) {
    return new LayerGradients(
        Tensor.allocate(arena, tokens, config.intermediateSize()),
        Tensor.allocate(arena, tokens, config.hiddenSize()),
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()));
  }

  /// The same buffers for the first `tokens` rows.
  LayerGradients first(int tokens) {
    return new LayerGradients(
        Buffers.first(activated, tokens),
        Buffers.first(norm, tokens),
        Buffers.first(attended, tokens),
        Buffers.first(q, tokens),
        Buffers.first(k, tokens),
        Buffers.first(v, tokens));
  }
}
