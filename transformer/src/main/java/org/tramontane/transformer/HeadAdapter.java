package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// The adapter of the head: `W + s B A` in F32, and the derivative.
///
/// The log-probability kernel takes one weight and computes the vocabulary in chunks, so that the sum has to exist; in
/// training its gradient too. That is 8 bytes for each parameter of the head, which is why `all-linear` leaves it out.
final class HeadAdapter {
  private final Tensor weight;
  private final LoraAdapter.Pair pair;
  private final float scaling;
  private final Kernels kernels;
  private final int[] rows;
  private final Tensor merged;
  private @Nullable Tensor gradient;

  /// @param weight the frozen head, `[V, C]`
  HeadAdapter(Tensor weight, LoraAdapter.Pair pair, float scaling, Kernels kernels) {
    this.weight = weight;
    this.pair = pair;
    this.scaling = scaling;
    this.kernels = kernels;
    this.rows = IntStream.range(0, Math.toIntExact(weight.rows())).toArray();
    this.merged = Tensor.allocate(Arena.ofAuto(), weight.rows(), weight.columns());
  }

  /// Computes the sum of weight and adapter as they are now.
  Tensor merge() {
    kernels.embedding(rows, weight, merged); // a copy that widens
    kernels.matmul(pair.b(), false, pair.a(), false, scaling, 1, merged);
    return merged;
  }

  /// The sum that [#merge] has computed.
  Tensor merged() {
    return merged;
  }

  /// Room for the gradient of the sum, set to 0, `[V, C]`.
  Tensor clearedGradient() {
    Tensor room = gradient;
    if (room == null) {
      room = Tensor.allocate(Arena.ofAuto(), weight.rows(), weight.columns());
      gradient = room;
    }
    return room.fill(0);
  }

  /// From the sum's gradient to the pair's: `dA += s B^T dW`, `dB += s dW A^T`.
  void backward(LoraAdapter.Pair dPair) {
    Tensor dMerged = gradient;
    if (dMerged == null) {
      throw new IllegalStateException("no gradient was computed");
    }
    kernels.matmul(pair.b(), true, dMerged, false, scaling, 1, dPair.a());
    kernels.matmul(dMerged, false, pair.a(), true, scaling, 1, dPair.b());
  }
}
