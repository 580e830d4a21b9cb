package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.UserError;

/// Mistral: weights, and the backend that computes with them.
///
/// A decoder of RMSNorm, rotary grouped-query attention with an optional sliding window, and SwiGLU (Jiang et al. 2023,
/// arXiv 2310.06825), with the semantics of Hugging Face's `MistralForCausalLM`:
///
/// ```
/// h = E[ids]
/// per layer:  h += Attention(RMSNorm(h)) Wo^T;  h += (silu(n Wgate^T) * (n Wup^T)) Wdown^T  with n = RMSNorm(h)
/// logits = RMSNorm(h) Whead^T
/// ```
///
/// The methods here allocate what they need and free it again. Who scores, generates or trains in a loop keeps an
/// [InferencePass], a [Generator] or a [TrainingPass].
public final class MistralModel {
  private final MistralWeights weights;
  private final Backend backend;
  private final @Nullable LoraAdapter adapter;
  private @Nullable RopeTable rope;

  /// A model on these weights, of any dtype; it owns neither weights nor backend.
  public MistralModel(MistralWeights weights, Backend backend) {
    this(weights, backend, null);
  }

  private MistralModel(MistralWeights weights, Backend backend, @Nullable LoraAdapter adapter) {
    this.weights = weights;
    this.backend = backend;
    this.adapter = adapter;
  }

  /// The same base weights, not copied, under `adapter`.
  ///
  /// @throws IllegalArgumentException if it was made for another shape of model
  public MistralModel withAdapter(LoraAdapter lora) {
    lora.requireFits(config());
    return new MistralModel(weights, backend, lora);
  }

  /// The base alone, on the same weights; this model if it has no adapter.
  public MistralModel withoutAdapter() {
    return adapter == null ? this : new MistralModel(weights, backend);
  }

  /// The adapter, if there is one.
  public Optional<LoraAdapter> adapter() {
    return Optional.ofNullable(adapter);
  }

  @Nullable LoraAdapter adapterOrNull() {
    return adapter;
  }

  /// What training changes: the adapter, with the weights frozen, or the weights where there is none.
  public ModelParameters trainable() {
    return adapter == null ? weights : adapter;
  }

  /// The parameters of the base; those of a model in training change, unless it has an adapter.
  public MistralWeights weights() {
    return weights;
  }

  /// The shape.
  public MistralConfig config() {
    return weights.config();
  }

  /// Who computes.
  public Backend backend() {
    return backend;
  }

  /// The residual stream: the embedding output, then the output of each layer, `[T, C]` each, and last the final norm of
  /// the last one; row-major.
  ///
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public List<float[]> hiddenStates(TokenBatch batch) {
    try (InferencePass pass = new InferencePass(this)) {
      return pass.hiddenStates(batch);
    }
  }

  /// The logits of every row, `[T, V]`, row-major; row r predicts the token after it.
  ///
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] logits(TokenBatch batch) {
    try (InferencePass pass = new InferencePass(this)) {
      return pass.logits(batch);
    }
  }

  /// For each of `rows`, the log-probability of the token after it, `log softmax(logits[row])[ids[row + 1]]`.
  ///
  /// @param rows strictly ascending, none the last of its sequence
  /// @throws UserError if an id is not in the vocabulary or a sequence too long
  public float[] logProbs(TokenBatch batch, int[] rows) {
    try (InferencePass pass = new InferencePass(this)) {
      return pass.logProbs(batch, rows);
    }
  }

  /// Rotary angles for `positions` positions at least; the table grows by doubling and lives as long as the model.
  synchronized RopeTable rope(int positions) {
    RopeTable table = rope;
    if (table == null || table.positions() < positions) {
      int grown = table == null ? 256 : Math.multiplyExact(2, table.positions());
      table =
          RopeTable.create(
              Arena.ofAuto(), Math.max(positions, grown), config().headDim(), config().ropeTheta());
      rope = table;
    }
    return table;
  }
}
