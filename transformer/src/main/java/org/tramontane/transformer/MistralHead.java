package org.tramontane.transformer;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// The final norm and the head, forward and backward, on the N rows that are asked for and no other.
final class MistralHead {

  /// What the head computes on the way forward and its derivative reads on the way back.
  ///
  /// @param stream the picked rows of the residual stream, `[N, C]`
  /// @param inverseRms of `stream`, `[N]`
  /// @param norm `RMSNorm(stream)`, `[N, C]`
  /// @param logProb `[N]`
  /// @param logSumExp of the softmax over the vocabulary, `[N]`
  record Activations(
      Tensor stream, Tensor inverseRms, Tensor norm, Tensor logProb, Tensor logSumExp) {
    static Activations allocate(Arena arena, MistralConfig config, int rows) {
      return new Activations(
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows),
          Tensor.allocate(arena, rows, config.hiddenSize()),
          Tensor.allocate(arena, rows),
          Tensor.allocate(arena, rows));
    }

    /// The same buffers for the first `rows` rows.
    Activations first(int rows) {
      return new Activations(
          Buffers.first(stream, rows),
          Buffers.first(inverseRms, rows),
          Buffers.first(norm, rows),
          Buffers.first(logProb, rows),
          Buffers.first(logSumExp, rows));
    }
  }

  private final MistralWeights weights;
  private final @Nullable HeadAdapter adapted;
  private final Kernels kernels;
  private final float eps;

  MistralHead(MistralModel model) {
    this.weights = model.weights();
    this.kernels = model.backend().kernels();
    this.eps = (float) model.config().rmsNormEps();
    LoraAdapter adapter = model.adapterOrNull();
    LoraAdapter.Pair pair = adapter == null ? null : adapter.pair(0, LinearModule.LM_HEAD);
    this.adapted =
        adapter == null || pair == null
            ? null
            : new HeadAdapter(weights.lmHead(), pair, (float) adapter.config().scaling(), kernels);
  }

  /// Picks and normalises rows.
  ///
  /// @param stream `[T, C]`
  /// @param rows N rows of it
  void normalise(Tensor stream, int[] rows, Activations a) {
    kernels.gatherRows(stream, rows, a.stream()); // [T, C] -> [N, C]
    kernels.rmsNorm(a.stream(), weights.norm(), eps, a.norm(), a.inverseRms());
  }

  /// The log-probability of one token per row, in `a.logProb`.
  ///
  /// @param stream `[T, C]`
  /// @param rows N rows of it, distinct
  /// @param targets N tokens
  void forward(Tensor stream, int[] rows, int[] targets, Activations a) {
    normalise(stream, rows, a);
    Tensor head = adapted == null ? weights.lmHead() : adapted.merge();
    kernels.tokenLogProb(a.norm(), head, targets, a.logProb(), a.logSumExp());
  }

  /// The derivative of [#forward].
  ///
  /// @param dLogProb `[N]`
  /// @param dNorm overwritten, `[N, C]`
  /// @param dRows overwritten, `[N, C]`
  /// @param dStream `=` `[T, C]`
  void backward(
      Tensor dLogProb,
      int[] rows,
      int[] targets,
      Activations a,
      Tensor dNorm,
      Tensor dRows,
      Tensor dStream,
      ModelParameters gradients) {
    Tensor head = adapted == null ? weights.lmHead() : adapted.merged();
    Tensor dHead =
        switch (gradients) {
          case MistralWeights full -> full.lmHead();
          case LoraAdapter low -> adapted == null ? null : adapted.clearedGradient();
        };
    kernels.tokenLogProbBackward(dLogProb, a.norm(), head, targets, a.logSumExp(), dNorm, dHead);
    LoraAdapter.Pair dPair =
        gradients instanceof LoraAdapter low ? low.pair(0, LinearModule.LM_HEAD) : null;
    if (adapted != null && dPair != null) {
      adapted.backward(dPair);
    }
    Tensor dWeight = gradients instanceof MistralWeights full ? full.norm() : null;
    dRows.fill(0);
    kernels.rmsNormBackward(dNorm, a.stream(), weights.norm(), a.inverseRms(), dRows, dWeight);
    dStream.fill(0);
    kernels.scatterAddRows(dRows, rows, dStream);
  }

  /// The logits of picked rows.
  ///
  /// @param logits `=` `[N, V]`
  void logits(Tensor stream, int[] rows, Activations a, Tensor logits) {
    normalise(stream, rows, a);
    Tensor head = adapted == null ? weights.lmHead() : adapted.merge();
    kernels.matmul(a.norm(), false, head, true, 1, 0, logits); // [N, C] -> [N, V]
  }
}
