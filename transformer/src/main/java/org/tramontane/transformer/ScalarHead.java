package org.tramontane.transformer;

import java.lang.foreign.Arena;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// The final norm and a head of one output, forward and backward, on the N rows that are asked for:
/// `value = RMSNorm(stream) score^T`.
final class ScalarHead {

  /// What the head computes on the way forward and its derivative reads on the way back.
  ///
  /// @param stream the picked rows of the residual stream, `[N, C]`
  /// @param inverseRms of `stream`, `[N]`
  /// @param norm `RMSNorm(stream)`, `[N, C]`
  /// @param value `[N, 1]`
  record Activations(Tensor stream, Tensor inverseRms, Tensor norm, Tensor value) {
    static Activations allocate(Arena arena, MistralConfig config, int rows) {
      return new Activations(
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows),
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows, 1));
    }

    /// The same buffers for the first `rows` rows.
    Activations first(int rows) {
      return new Activations(
          Buffers.first(stream, rows),
          Buffers.first(inverseRms, rows),
          Buffers.first(norm, rows),
          Buffers.first(value, rows));
    }
  }

  private final Tensor finalNorm;
  private final Tensor score;
  private final Kernels kernels;
  private final float eps;

  ScalarHead(ValueModel model) {
    this.finalNorm = model.body().weights().norm();
    this.score = model.score();
    this.kernels = model.backend().kernels();
    this.eps = (float) model.config().rmsNormEps();
  }

  /// The values of rows, in `a.value`.
  ///
  /// @param stream `[T, C]`
  /// @param rows N rows of it, distinct
  void forward(Tensor stream, int[] rows, Activations a) {
    kernels.gatherRows(stream, rows, a.stream()); // [T, C] -> [N, C]
    kernels.rmsNorm(a.stream(), finalNorm, eps, a.norm(), a.inverseRms());
    kernels.matmul(a.norm(), false, score, true, 1, 0, a.value()); // [N, C] -> [N, 1]
  }

  /// The derivative of [#forward]: `dScore += dValue^T norm`, and `dValue score` back through the norm.
  ///
  /// @param dValue `[N, 1]`
  /// @param dNorm overwritten, `[N, C]`
  /// @param dRows overwritten, `[N, C]`
  /// @param dStream `=` `[T, C]`
  void backward(
      Tensor dValue,
      int[] rows,
      Activations a,
      Tensor dNorm,
      Tensor dRows,
      Tensor dStream,
      ValueParameters gradients) {
    kernels.matmul(dValue, true, a.norm(), false, 1, 1, gradients.score()); // [1, N] [N, C]
    kernels.matmul(dValue, false, score, false, 1, 0, dNorm); // [N, 1] [1, C]
    // An adapter leaves the norm as it is.
    Tensor dWeight =
        switch (gradients.body()) {
          case MistralWeights full -> full.norm();
          case LoraAdapter low -> null;
        };
    dRows.fill(0);
    kernels.rmsNormBackward(dNorm, a.stream(), finalNorm, a.inverseRms(), dRows, dWeight);
    dStream.fill(0);
    kernels.scatterAddRows(dRows, rows, dStream);
  }
}
