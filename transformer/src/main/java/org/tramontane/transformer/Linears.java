package org.tramontane.transformer;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// The linear layers of a model, forward and backward, with the adapters that sit on them:
/// `y = W x + s B A dropout(x)`.
///
/// Nothing of a branch is kept for the derivative. `A dropout(x)` costs `r` of the `out` columns that the layer itself
/// costs, so that it is computed again.
final class Linears implements AutoCloseable {

  /// What is left out of the adapters' inputs.
  ///
  /// @param p the share
  /// @param seed names the pass: the same seed leaves the same elements out
  record Dropout(float p, long seed) {
    long seed(int layer, LinearModule module) {
      return seed + 0xd1342543de82ef95L * module.path(layer).hashCode();
    }
  }

  /// @param low `[T, r]`
  /// @param dLow `[T, r]`
  /// @param wide as many floats as the widest input of a targeted layer has; null without dropout
  private record Branch(Tensor low, Tensor dLow, @Nullable Tensor wide) {
    Branch first(int tokens) {
      return new Branch(Buffers.first(low, tokens), Buffers.first(dLow, tokens), wide);
    }

    /// Room for `[T, columns]`.
    Tensor wide(long rows, long columns) {
      if (wide == null) {
        throw new IllegalStateException("no room for dropout was asked for");
      }
      return wide.first(rows, columns);
    }
  }

  private final MistralWeights weights;
  private final @Nullable LoraAdapter adapter;
  private final Kernels kernels;
  private final Buffers<Branch> branches;
  private @Nullable Dropout dropout;

  Linears(MistralModel model) {
    this.weights = model.weights();
    this.adapter = model.adapterOrNull();
    this.kernels = model.backend().kernels();
    this.branches =
        new Buffers<>(
            (arena, tokens, rows) -> allocate(arena, tokens),
            (branch, tokens, rows) -> branch.first(tokens));
  }

  private Branch allocate(Arena arena, int tokens) {
    return allocate(arena, adapter().config(), weights.config(), tokens);
  }

  private static Branch allocate(Arena arena, LoraConfig lora, MistralConfig base, int tokens) {
    long widest =
        lora.targetModules().stream()
            .mapToLong(module -> module.shape(base).extent(1))
            .max()
            .orElseThrow();
    return new Branch(
        Tensor.allocate(arena, tokens, lora.r()),
        Tensor.allocate(arena, tokens, lora.r()),
        lora.loraDropout() > 0 ? Tensor.allocate(arena, tokens, widest) : null);
  }

  /// Allocates what the adapters of a pass of `tokens` tokens take.
  static void measure(Arena arena, LoraConfig lora, MistralConfig base, int tokens) {
    allocate(arena, lora, base, tokens);
  }

  private LoraAdapter adapter() {
    if (adapter == null) {
      throw new IllegalStateException("no adapter");
    }
    return adapter;
  }

  /// Begins a pass.
  ///
  /// @param seed of its dropout, if it has any
  void begin(@Nullable Long seed) {
    float p = adapter == null ? 0 : (float) adapter.config().loraDropout();
    dropout = seed == null || p == 0 ? null : new Dropout(p, seed);
  }

  /// `y = x W^T + s dropout(x) A^T B^T`.
  ///
  /// @param x `[T, in]`
  /// @param y `=` `[T, out]`
  void forward(int layer, LinearModule module, Tensor x, Tensor y) {
    kernels.matmul(x, false, weights.linear(layer, module), true, 1, 0, y);
    LoraAdapter.Pair pair = adapter == null ? null : adapter.pair(layer, module);
    if (pair != null) {
      Branch branch = branches.get((int) x.rows(), 0);
      Tensor low = low(dropped(layer, module, x, branch), pair, branch);
      kernels.matmul(low, false, pair.b(), true, scaling(), 1, y); // [T, r] -> [T, out]
    }
  }

  /// The derivative of [#forward]: `dX = beta dX + dY (W + s B A)`, and what `gradients` has of
  /// `dW += dY^T x`, `dA += s B^T dY^T x`, `dB += s dY^T x A^T`.
  ///
  /// @param dY `[T, out]`
  /// @param x as [#forward] had it, `[T, in]`
  /// @param dX in and out, `[T, in]`
  void backward(
      int layer,
      LinearModule module,
      Tensor dY,
      Tensor x,
      float beta,
      Tensor dX,
      ModelParameters gradients) {
    kernels.matmul(dY, false, weights.linear(layer, module), false, 1, beta, dX);
    switch (gradients) {
      case MistralWeights full ->
          kernels.matmul(dY, true, x, false, 1, 1, full.linear(layer, module));
      case LoraAdapter low -> {
        LoraAdapter.Pair pair = adapter().pair(layer, module);
        LoraAdapter.Pair gradient = low.pair(layer, module);
        if (pair != null && gradient != null) {
          branchBackward(layer, module, dY, x, dX, pair, gradient);
        }
      }
    }
  }

  private void branchBackward(
      int layer,
      LinearModule module,
      Tensor dY,
      Tensor x,
      Tensor dX,
      LoraAdapter.Pair pair,
      LoraAdapter.Pair gradient) {
    Branch branch = branches.get((int) x.rows(), 0);
    Tensor kept = dropped(layer, module, x, branch);
    Tensor low = low(kept, pair, branch);
    kernels.matmul(dY, true, low, false, scaling(), 1, gradient.b()); // [out, T] [T, r]
    kernels.matmul(dY, false, pair.b(), false, scaling(), 0, branch.dLow); // [T, out] [out, r]
    kernels.matmul(branch.dLow, true, kept, false, 1, 1, gradient.a()); // [r, T] [T, in]
    Dropout now = dropout;
    if (now == null) {
      kernels.matmul(branch.dLow, false, pair.a(), false, 1, 1, dX); // [T, r] [r, in]
    } else {
      Tensor wide = branch.wide(x.rows(), x.columns());
      kernels.matmul(branch.dLow, false, pair.a(), false, 1, 0, wide);
      kernels.dropout(wide, now.p, now.seed(layer, module), wide);
      kernels.add(wide, dX);
    }
  }

  /// `dropout(x)`.
  private Tensor dropped(int layer, LinearModule module, Tensor x, Branch branch) {
    Dropout now = dropout;
    if (now == null) {
      return x;
    }
    Tensor kept = branch.wide(x.rows(), x.columns());
    kernels.dropout(x, now.p, now.seed(layer, module), kept);
    return kept;
  }

  /// `kept A^T`.
  private Tensor low(Tensor kept, LoraAdapter.Pair pair, Branch branch) {
    kernels.matmul(kept, false, pair.a(), true, 1, 0, branch.low); // [T, in] -> [T, r]
    return branch.low;
  }

  private float scaling() {
    return (float) adapter().config().scaling();
  }

  @Override
  public void close() {
    branches.close();
  }
}
