package org.tramontane.tensor;

import org.jspecify.annotations.Nullable;

/// The closed set of operations that Mistral's forward pass, its derivative and its optimiser need.
///
/// Letters in shapes: T tokens of a packed batch ([Sequences]), C hidden size, F intermediate size, V vocabulary,
/// H query heads, K key/value heads, D head size, N rows. Every operand is a contiguous row-major [Tensor].
///
/// Rules that hold for every kernel:
///
/// - Activations, gradients and optimiser state are F32. A parameter marked *weight* may be F32, BF16, F16 or Q8_0 in a
///   forward kernel and in the derivative with respect to the kernel's input; its own gradient is always an F32 tensor of the
///   same shape. Sums accumulate in F32 or better.
/// - An output marked `=` is overwritten whatever it held (NaN included); one marked `+=` is added to.
/// - A backend that can't read a storage type refuses it with a [UserError].
/// - Operands must not overlap unless the method says that they may.
/// - The same inputs on the same backend with the same number of threads give the same bits.
/// - A shape or dtype that does not fit is an [IllegalArgumentException] that names the operand, before anything is
///   written.
///
/// Every implementation is held to the plain F64 reference in the `tests` module by one conformance suite.
public interface Kernels {

  // ---- dense algebra
  // -------------------------------------------------------------------------------------------------

  /// General matrix product, `c = alpha * op(a) op(b) + beta * c`.
  ///
  /// `op(x)` is `x`, or its transpose where the flag is set. With `op(a)` `[M, K]` and `op(b)` `[K, N]`, `c` is `[M, N]`.
  /// A tensor of more than two extents counts as the matrix `[rows, columns]`. A Hugging Face linear layer
  /// `y = x W^T` is `matmul(x, false, W, true, 1, 0, y)`, its derivatives are `dX = dY W` and `dW += dY^T X`.
  ///
  /// @param a F32 `[M, K]`, or `[K, M]` if `transposeA`
  /// @param b weight `[K, N]`, or `[N, K]` if `transposeB`; F32, BF16, F16 or Q8_0
  /// @param beta with 0, `c` is overwritten and may hold anything
  /// @param c F32 `[M, N]`
  void matmul(
      Tensor a,
      boolean transposeA,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Tensor c);

  /// `y += x`, element by element.
  void add(Tensor x, Tensor y);

  /// Inverted dropout, `out[i] = x[i] / (1 - p)` or 0 with probability `p`; it is its own derivative.
  ///
  /// Who survives depends on `seed` and `i` only, on every backend: element i does where the upper 24 bits of
  /// `mix(seed + (i + 1) * 0x9e3779b97f4a7c15)` are `p * 2^24` or more, with SplitMix64's finaliser as `mix`
  /// (Steele et al. 2014, doi 10.1145/2660193.2660195). So no mask is ever stored.
  ///
  /// @param x `[N, C]`
  /// @param p at least 0 and below 1
  /// @param out `=` `[N, C]`; may be `x` itself
  void dropout(Tensor x, float p, long seed, Tensor out);

  // ---- embedding
  // -----------------------------------------------------------------------------------------------------

  /// Row look-up, `out[i] = table[ids[i]]`.
  ///
  /// @param ids N row numbers, each at least 0 and below V
  /// @param table weight `[V, C]`
  /// @param out `=` `[N, C]`
  void embedding(int[] ids, Tensor table, Tensor out);

  /// Derivative of [#embedding]: `dTable[ids[i]] += dOut[i]`, for repeated ids in the order of `i`.
  ///
  /// @param dOut `[N, C]`
  /// @param dTable `+=` `[V, C]`
  void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable);

  // ---- RMSNorm (Zhang and Sennrich 2019, arXiv 1910.07467)
  // -----------------------------------------------------------

  /// `out = weight * x * r`, with `r = 1 / sqrt(mean(x^2) + eps)` per row.
  ///
  /// @param x `[N, C]`
  /// @param weight weight `[C]`
  /// @param out `=` `[N, C]`; may be `x` itself
  /// @param inverseRms `=` `[N]`: r, for the derivative
  void rmsNorm(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms);

  /// Residual addition and [#rmsNorm] in one pass: `sum = x + delta`, `out = weight * sum * r(sum)`.
  ///
  /// @param x `[N, C]`
  /// @param delta `[N, C]`
  /// @param sum `=` `[N, C]`; may be `x` or `delta` itself
  /// @param out `=` `[N, C]`; may be `delta` itself if `sum` is not
  /// @param inverseRms `=` `[N]`
  void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms);

  /// Derivative of [#rmsNorm] with `g = dOut * weight`:
  /// `dX += r * (g - x * r^2 * mean(g * x))`, `dWeight += sum over rows of dOut * x * r`.
  ///
  /// @param x the input of the forward pass, `[N, C]`
  /// @param inverseRms `[N]` as the forward pass wrote it
  /// @param dX `+=` `[N, C]`; the residual stream's gradient goes in, and comes out with this branch added
  /// @param dWeight `+=` `[C]`, or null if not wanted
  void rmsNormBackward(
      Tensor dOut, Tensor x, Tensor weight, Tensor inverseRms, Tensor dX, @Nullable Tensor dWeight);

  // ---- rotary position embedding (Su et al. 2021, arXiv 2104.09864)
  // --------------------------------------------------

  /// Rotates each head of `x` in place, in the rotate-half convention: with `m < D/2`, position `p` and
  /// `angle = p * theta^(-2m/D)`,
  /// `x'[m] = x[m] cos - x[m + D/2] sin` and `x'[m + D/2] = x[m + D/2] cos + x[m] sin`.
  ///
  /// The derivative of a rotation is the rotation back: `inverse` negates the angle.
  ///
  /// @param x in and out, `[T, heads * D]`
  /// @param positions T positions, each below the table's length
  /// @param table angles for head size D
  void rope(Tensor x, int[] positions, RopeTable table, boolean inverse);

  // ---- attention
  // -----------------------------------------------------------------------------------------------------

  /// Causal grouped-query attention with an optional sliding window, over packed sequences.
  ///
  /// Query head h reads key/value head `h / (H/K)`. In its sequence, query i sees keys j with `i - window < j <= i`.
  /// `out_i = sum_j softmax_j(q_i . k_j / sqrt(D)) v_j`. No T x T matrix is ever built: keys are visited in blocks with
  /// a running maximum and sum (Dao et al. 2022, arXiv 2205.14135).
  ///
  /// @param q `[T, H * D]`, rotated
  /// @param k `[T, K * D]`, rotated
  /// @param v `[T, K * D]`
  /// @param shape head counts, and the window W: the keys that a query sees at most, its own included
  /// @param out `=` `[T, H * D]`
  /// @param logSumExp `=` `[T, H]`: log of the softmax's denominator, for the derivative
  void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp);

  /// Derivative of [#attention].
  ///
  /// @param dOut `[T, H * D]`
  /// @param out as the forward pass wrote it
  /// @param logSumExp as the forward pass wrote it
  /// @param dQ `=` `[T, H * D]`
  /// @param dK `=` `[T, K * D]`
  /// @param dV `=` `[T, K * D]`
  void attentionBackward(
      Tensor dOut,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor logSumExp,
      Sequences sequences,
      AttentionShape shape,
      Tensor dQ,
      Tensor dK,
      Tensor dV);

  // ---- SwiGLU (Shazeer 2020, arXiv 2002.05202)
  // -----------------------------------------------------------------------

  /// `out = silu(gate) * up`, with `silu(x) = x / (1 + exp(-x))`.
  ///
  /// @param gate `[N, F]`
  /// @param up `[N, F]`
  /// @param out `=` `[N, F]`; may be `gate` or `up` itself
  void swiGlu(Tensor gate, Tensor up, Tensor out);

  /// Derivative of [#swiGlu]; with `s = sigmoid(gate)`:
  /// `dGate = dOut * up * s * (1 + gate * (1 - s))`, `dUp = dOut * gate * s`.
  ///
  /// @param dGate `=` `[N, F]`; may be `gate`, `up` or `dOut` itself
  /// @param dUp `=` `[N, F]`; may be `gate`, `up` or `dOut` itself, but not the same tensor as `dGate`
  void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp);

  // ---- token log-probabilities
  // ---------------------------------------------------------------------------------------

  /// `rows[i] = x[indices[i]]`: picks the rows whose next token's log-probability is wanted.
  ///
  /// @param x `[T, C]`
  /// @param out `=` `[N, C]`
  void gatherRows(Tensor x, int[] indices, Tensor out);

  /// Derivative of [#gatherRows] for distinct indices: `dX[indices[i]] += dOut[i]`.
  void scatterAddRows(Tensor dOut, int[] indices, Tensor dX);

  /// Linear head, log-softmax and gather in one: `logProb[i] = log softmax(x_i W^T)[targets[i]]`.
  ///
  /// The logits `[N, V]` are computed in chunks and never exist as a whole.
  ///
  /// @param x `[N, C]`, after the final norm
  /// @param head weight `[V, C]`
  /// @param targets N token ids
  /// @param logProb `=` `[N]`
  /// @param logSumExp `=` `[N]`: log of the softmax's denominator, for the derivative
  void tokenLogProb(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp);

  /// Derivative of [#tokenLogProb]: with `g_i = dLogProb[i]` and `p_i = softmax(x_i W^T)`, the logits' gradient is
  /// `g_i (onehot(targets[i]) - p_i)`; `dX = that W`, `dHead += that^T x`. Logits are recomputed in chunks.
  ///
  /// @param dLogProb `[N]`
  /// @param logSumExp `[N]` as the forward pass wrote it
  /// @param dX `=` `[N, C]`
  /// @param dHead `+=` `[V, C]`, or null if not wanted
  void tokenLogProbBackward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead);

  // ---- inference
  // -----------------------------------------------------------------------------------------------------

  /// Writes keys or values into ring caches: `cache[slots[i], positions[i] mod S] = rows[i]`. Where two rows meet in one
  /// place, the one with the larger i stays.
  ///
  /// @param rows `[N, K * D]`
  /// @param slots N cache numbers, each below B: which sequence row i belongs to
  /// @param positions N positions in the sequence, from 0
  /// @param cache in and out, `[B, S, K * D]`
  void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache);

  /// Attention of one new token per sequence over its ring cache, which already holds the token's own key and value.
  ///
  /// Row i is the token at `positions[i]` of the sequence in cache `slots[i]`. It sees the positions j with
  /// `positions[i] - min(window, S) < j <= positions[i]`, each found at slot `j mod S`.
  ///
  /// @param q `[N, H * D]`, rotated
  /// @param keys `[B, S, K * D]`
  /// @param values `[B, S, K * D]`
  /// @param out `=` `[N, H * D]`
  void decodeAttention(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out);

  /// The index of each row's largest element: greedy decoding's next token, without the row of logits on the host.
  ///
  /// Of equal elements the first counts; -0 equals 0. A row with a NaN has no largest element: its result is `-1 - i`, where i is the
  /// index of its first NaN. What comes back is on the host when the method returns.
  ///
  /// @param x `[N, V]`, V at least 1
  /// @return N results, each at least 0 and below V if its row has no NaN
  int[] argMax(Tensor x);

  // ---- optimiser
  // -----------------------------------------------------------------------------------------------------

  /// One step of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) on one parameter tensor, in PyTorch's order:
  /// `g = gradScale * grad`, `p *= 1 - lr * weightDecay`, `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
  /// `p -= lr * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + eps)`.
  ///
  /// @param param in and out, F32
  /// @param grad F32, same shape; left as it is
  /// @param m in and out, F32, same shape: first moment
  /// @param v in and out, F32, same shape: second moment
  /// @param gradScale the factor of gradient clipping, 1 for none
  void adamW(Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale);

  /// The sum of the squares of all elements, accumulated in F64.
  double sumOfSquares(Tensor x);
}
