package org.tramontane.transformer;

import static org.tramontane.transformer.LinearModule.DOWN_PROJ;
import static org.tramontane.transformer.LinearModule.GATE_PROJ;
import static org.tramontane.transformer.LinearModule.K_PROJ;
import static org.tramontane.transformer.LinearModule.O_PROJ;
import static org.tramontane.transformer.LinearModule.Q_PROJ;
import static org.tramontane.transformer.LinearModule.UP_PROJ;
import static org.tramontane.transformer.LinearModule.V_PROJ;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralWeights.LayerWeights;

/// One decoder layer, forward and backward.
///
/// A layer adds two branches to the residual stream. Each addition is left to the norm that follows it, which sums and
/// normalises in one pass; so a layer begins with its input already normalised, and ends with the stream in two parts.
final class MistralLayer {
  private final Kernels kernels;
  private final Linears linears;
  private final AttentionShape shape;
  private final float eps;

  MistralLayer(Kernels kernels, MistralConfig config, Linears linears) {
    this.kernels = kernels;
    this.linears = linears;
    this.shape = config.attentionShape();
    this.eps = (float) config.rmsNormEps();
  }

  /// How queries find their keys and values: in the same batch, or in a cache.
  @FunctionalInterface
  interface Attention {
    /// Computes `a.attended` of layer `layer` from its `q`, `k` and `v`.
    void attend(int layer, LayerActivations a);
  }

  /// Attention within a packed batch, which [#backward] is the derivative of.
  Attention packed(Sequences sequences) {
    return (layer, a) ->
        kernels.attention(a.q(), a.k(), a.v(), sequences, shape, a.attended(), a.logSumExp());
  }

  /// From `a.norm` (and `a.input`) to the stream after the layer, `a.middle + branch`.
  ///
  /// @param layer its number
  /// @param positions of the T rows
  /// @param branch `=` `[T, C]`
  void forward(
      int layer,
      LayerWeights w,
      LayerActivations a,
      int[] positions,
      RopeTable rope,
      Attention attention,
      Tensor branch) {
    linears.forward(layer, Q_PROJ, a.norm(), a.q()); // [T, C] -> [T, H D]
    linears.forward(layer, K_PROJ, a.norm(), a.k()); // [T, C] -> [T, K D]
    linears.forward(layer, V_PROJ, a.norm(), a.v()); // [T, C] -> [T, K D]
    kernels.rope(a.q(), positions, rope, false);
    kernels.rope(a.k(), positions, rope, false);
    attention.attend(layer, a); // [T, H D]
    linears.forward(layer, O_PROJ, a.attended(), branch); // [T, H D] -> [T, C]

    kernels.addRmsNorm(
        a.input(),
        branch,
        w.postAttentionLayernorm(),
        eps,
        a.middle(),
        a.middleNorm(),
        a.middleInverseRms());
    linears.forward(layer, GATE_PROJ, a.middleNorm(), a.gate()); // [T, C] -> [T, F]
    linears.forward(layer, UP_PROJ, a.middleNorm(), a.up()); // [T, C] -> [T, F]
    kernels.swiGlu(a.gate(), a.up(), a.activated()); // [T, F]
    linears.forward(layer, DOWN_PROJ, a.activated(), branch); // [T, F] -> [T, C]
  }

  /// The derivative of [#forward] with [#packed] attention, its own input norm included: from the gradient of the stream
  /// after the layer to that of the stream before it, with what is trained of the layer added to `gradients`.
  ///
  /// @param layer its number
  /// @param a uses up `gate` and `up`, whose gradients take their place
  /// @param dStream in and out, `[T, C]`
  /// @param d overwritten
  void backward(
      int layer,
      LayerWeights w,
      LayerActivations a,
      ModelParameters gradients,
      int[] positions,
      RopeTable rope,
      Sequences sequences,
      Tensor dStream,
      LayerGradients d) {
    // An adapter leaves the norms as they are.
    LayerWeights dw =
        switch (gradients) {
          case MistralWeights full -> full.layer(layer);
          case LoraAdapter low -> null;
        };

    // stream = middle + activated Wdown^T
    linears.backward(layer, DOWN_PROJ, dStream, a.activated(), 0, d.activated(), gradients);
    Tensor dGate = a.gate();
    Tensor dUp = a.up();
    kernels.swiGluBackward(d.activated(), a.gate(), a.up(), dGate, dUp); // [T, F]
    linears.backward(layer, GATE_PROJ, dGate, a.middleNorm(), 0, d.norm(), gradients);
    linears.backward(layer, UP_PROJ, dUp, a.middleNorm(), 1, d.norm(), gradients);
    kernels.rmsNormBackward(
        d.norm(),
        a.middle(),
        w.postAttentionLayernorm(),
        a.middleInverseRms(),
        dStream,
        dw == null ? null : dw.postAttentionLayernorm());

    // middle = input + attended Wo^T
    linears.backward(layer, O_PROJ, dStream, a.attended(), 0, d.attended(), gradients);
    kernels.attentionBackward(
        d.attended(),
        a.q(),
        a.k(),
        a.v(),
        a.attended(),
        a.logSumExp(),
        sequences,
        shape,
        d.q(),
        d.k(),
        d.v());
    kernels.rope(d.q(), positions, rope, true);
    kernels.rope(d.k(), positions, rope, true);
    linears.backward(layer, Q_PROJ, d.q(), a.norm(), 0, d.norm(), gradients);
    linears.backward(layer, K_PROJ, d.k(), a.norm(), 1, d.norm(), gradients);
    linears.backward(layer, V_PROJ, d.v(), a.norm(), 1, d.norm(), gradients);
    kernels.rmsNormBackward(
        d.norm(),
        a.input(),
        w.inputLayernorm(),
        a.inverseRms(),
        dStream,
        dw == null ? null : dw.inputLayernorm());
  }
}
