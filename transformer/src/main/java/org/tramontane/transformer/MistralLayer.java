package org.tramontane.transformer;

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
  private final AttentionShape shape;
  private final float eps;

  MistralLayer(Kernels kernels, MistralConfig config) {
    this.kernels = kernels;
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
  /// @param layer its number, for `attention`
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
    linear(a.norm(), w.qProj(), a.q()); // [T, C] -> [T, H D]
    linear(a.norm(), w.kProj(), a.k()); // [T, C] -> [T, K D]
    linear(a.norm(), w.vProj(), a.v()); // [T, C] -> [T, K D]
    kernels.rope(a.q(), positions, rope, false);
    kernels.rope(a.k(), positions, rope, false);
    attention.attend(layer, a); // [T, H D]
    linear(a.attended(), w.oProj(), branch); // [T, H D] -> [T, C]

    kernels.addRmsNorm(
        a.input(),
        branch,
        w.postAttentionLayernorm(),
        eps,
        a.middle(),
        a.middleNorm(),
        a.middleInverseRms());
    linear(a.middleNorm(), w.gateProj(), a.gate()); // [T, C] -> [T, F]
    linear(a.middleNorm(), w.upProj(), a.up()); // [T, C] -> [T, F]
    kernels.swiGlu(a.gate(), a.up(), a.activated()); // [T, F]
    linear(a.activated(), w.downProj(), branch); // [T, F] -> [T, C]
  }

  /// The derivative of [#forward] with [#packed] attention, its own input norm included: from the gradient of the stream
  /// after the layer to that of the stream before it, with every parameter's gradient added to `dw`.
  ///
  /// @param a uses up `gate` and `up`, whose gradients take their place
  /// @param dStream in and out, `[T, C]`
  /// @param d overwritten
  void backward(
      LayerWeights w,
      LayerActivations a,
      LayerWeights dw,
      int[] positions,
      RopeTable rope,
      Sequences sequences,
      Tensor dStream,
      LayerGradients d) {
    // stream = middle + activated Wdown^T
    inputGradient(dStream, w.downProj(), 0, d.activated()); // [T, C] -> [T, F]
    weightGradient(dStream, a.activated(), dw.downProj()); // [C, T] [T, F]
    Tensor dGate = a.gate();
    Tensor dUp = a.up();
    kernels.swiGluBackward(d.activated(), a.gate(), a.up(), dGate, dUp); // [T, F]
    inputGradient(dGate, w.gateProj(), 0, d.norm()); // [T, F] -> [T, C]
    inputGradient(dUp, w.upProj(), 1, d.norm());
    weightGradient(dGate, a.middleNorm(), dw.gateProj()); // [F, T] [T, C]
    weightGradient(dUp, a.middleNorm(), dw.upProj());
    kernels.rmsNormBackward(
        d.norm(),
        a.middle(),
        w.postAttentionLayernorm(),
        a.middleInverseRms(),
        dStream,
        dw.postAttentionLayernorm());

    // middle = input + attended Wo^T
    inputGradient(dStream, w.oProj(), 0, d.attended()); // [T, C] -> [T, H D]
    weightGradient(dStream, a.attended(), dw.oProj()); // [C, T] [T, H D]
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
    inputGradient(d.q(), w.qProj(), 0, d.norm()); // [T, H D] -> [T, C]
    inputGradient(d.k(), w.kProj(), 1, d.norm()); // [T, K D] -> [T, C]
    inputGradient(d.v(), w.vProj(), 1, d.norm());
    weightGradient(d.q(), a.norm(), dw.qProj()); // [H D, T] [T, C]
    weightGradient(d.k(), a.norm(), dw.kProj()); // [K D, T] [T, C]
    weightGradient(d.v(), a.norm(), dw.vProj());
    kernels.rmsNormBackward(
        d.norm(), a.input(), w.inputLayernorm(), a.inverseRms(), dStream, dw.inputLayernorm());
  }

  /// `y = x W^T`, with W `[out, in]`.
  private void linear(Tensor x, Tensor weight, Tensor y) {
    kernels.matmul(x, false, weight, true, 1, 0, y);
  }

  /// The derivative of [#linear] with respect to x: `dX = dY W + beta dX`.
  private void inputGradient(Tensor dY, Tensor weight, float beta, Tensor dX) {
    kernels.matmul(dY, false, weight, false, 1, beta, dX);
  }

  /// The derivative of [#linear] with respect to W: `dW += dY^T x`.
  private void weightGradient(Tensor dY, Tensor x, Tensor dWeight) {
    kernels.matmul(dY, true, x, false, 1, 1, dWeight);
  }
}
