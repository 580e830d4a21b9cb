package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.Tensor;

/// What one layer computes on the way forward and its derivative reads on the way back.
///
/// @param input residual stream into the layer, `[T, C]`
/// @param inverseRms of `input`, `[T]`
/// @param norm `RMSNorm(input)`, `[T, C]`
/// @param q rotated queries, `[T, H * D]`
/// @param k rotated keys, `[T, K * D]`
/// @param v values, `[T, K * D]`
/// @param attended attention's output before `o_proj`, `[T, H * D]`
/// @param logSumExp of attention's softmax, `[T, H]`
/// @param middle residual stream after attention, `[T, C]`
/// @param middleInverseRms of `middle`, `[T]`
/// @param middleNorm `RMSNorm(middle)`, `[T, C]`
/// @param gate `[T, F]`
/// @param up `[T, F]`
/// @param activated `silu(gate) * up`, `[T, F]`
record LayerActivations(
    Tensor input,
    Tensor inverseRms,
    Tensor norm,
    Tensor q,
    Tensor k,
    Tensor v,
    Tensor attended,
    Tensor logSumExp,
    Tensor middle,
    Tensor middleInverseRms,
    Tensor middleNorm,
    Tensor gate,
    Tensor up,
    Tensor activated) {

  /// Buffers of one layer that all survive until the backward pass.
  static LayerActivations kept(Arena arena, MistralConfig config, int tokens) {
    int c = config.hiddenSize();
    int f = config.intermediateSize();
    return new LayerActivations(
        Tensor.allocate(arena, tokens, c),
        Tensor.allocate(arena, tokens),
        Tensor.allocate(arena, tokens, c),
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()),
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.numAttentionHeads()),
        Tensor.allocate(arena, tokens, c),
        Tensor.allocate(arena, tokens),
        Tensor.allocate(arena, tokens, c),
        Tensor.allocate(arena, tokens, f),
        Tensor.allocate(arena, tokens, f),
        Tensor.allocate(arena, tokens, f));
  }

  /// Buffers of all layers for a pass with a derivative.
  ///
  /// @param checkpointing whether layers share all buffers but their input's
  static List<LayerActivations> kept(
      Arena arena, MistralConfig config, boolean checkpointing, int tokens) {
    List<LayerActivations> layers = new ArrayList<>();
    layers.add(kept(arena, config, tokens));
    for (int i = 1; i < config.numHiddenLayers(); i++) {
      layers.add(
          checkpointing
              ? layers.get(0).withInput(Tensor.allocate(arena, tokens, config.hiddenSize()))
              : kept(arena, config, tokens));
    }
    return layers;
  }

  /// Buffers for passes without a derivative: every layer overwrites those of the layer before, and what a kernel may
  /// compute in place is one tensor.
  static LayerActivations reused(Arena arena, MistralConfig config, int tokens) {
    Tensor stream = Tensor.allocate(arena, tokens, config.hiddenSize());
    Tensor inverseRms = Tensor.allocate(arena, tokens);
    Tensor norm = Tensor.allocate(arena, tokens, config.hiddenSize());
    Tensor gate = Tensor.allocate(arena, tokens, config.intermediateSize());
    return new LayerActivations(
        stream,
        inverseRms,
        norm,
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()),
        Tensor.allocate(arena, tokens, config.keyValueWidth()),
        Tensor.allocate(arena, tokens, config.queryWidth()),
        Tensor.allocate(arena, tokens, config.numAttentionHeads()),
        stream,
        inverseRms,
        norm,
        gate,
        Tensor.allocate(arena, tokens, config.intermediateSize()),
        gate);
  }

  /// The same buffers with another `input`: layers that share all the rest, to compute it again for the derivative.
  LayerActivations withInput(Tensor ownInput) {
    return new LayerActivations(
        ownInput,
        inverseRms,
        norm,
        q,
        k,
        v,
        attended,
        logSumExp,
        middle,
        middleInverseRms,
        middleNorm,
        gate,
        up,
        activated);
  }

  /// The same buffers for the first `tokens` rows.
  LayerActivations first(int tokens) {
    return new LayerActivations(
        Buffers.first(input, tokens),
        Buffers.first(inverseRms, tokens),
        Buffers.first(norm, tokens),
        Buffers.first(q, tokens),
        Buffers.first(k, tokens),
        Buffers.first(v, tokens),
        Buffers.first(attended, tokens),
        Buffers.first(logSumExp, tokens),
        Buffers.first(middle, tokens),
        Buffers.first(middleInverseRms, tokens),
        Buffers.first(middleNorm, tokens),
        Buffers.first(gate, tokens),
        Buffers.first(up, tokens),
        Buffers.first(activated, tokens));
  }
}
