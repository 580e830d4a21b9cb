package org.tramontane.transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// The parameters of a Mistral model, under Hugging Face's names; also its gradients, or AdamW's moments, which have the
/// same names and shapes.
///
/// The weights do not own their memory: the [Arena] that they were made with does.
public final class MistralWeights implements ModelParameters {

  /// The parameters of one layer. A linear layer's weight is `[out, in]`; with C, F, H, K, D as in [MistralConfig].
  ///
  /// @param inputLayernorm `[C]`
  /// @param qProj `[H * D, C]`
  /// @param kProj `[K * D, C]`
  /// @param vProj `[K * D, C]`
  /// @param oProj `[C, H * D]`
  /// @param postAttentionLayernorm `[C]`
  /// @param gateProj `[F, C]`
  /// @param upProj `[F, C]`
  /// @param downProj `[C, F]`
  public record LayerWeights(
      Tensor inputLayernorm,
      Tensor qProj,
      Tensor kProj,
      Tensor vProj,
      Tensor oProj,
      Tensor postAttentionLayernorm,
      Tensor gateProj,
      Tensor upProj,
      Tensor downProj) {}

  private final MistralConfig config;
  private final SequencedMap<String, Tensor> byName;
  private final List<LayerWeights> layers;

  /// Weights of the given tensors.
  ///
  /// @throws IllegalArgumentException if a tensor is missing, unknown or of another shape than `config` says
  public MistralWeights(MistralConfig config, SequencedMap<String, Tensor> byName) {
    SequencedMap<String, Shape> shapes = WeightNames.shapes(config);
    if (!shapes.keySet().equals(byName.keySet())) {
      throw new IllegalArgumentException(
          "weights " + byName.keySet() + "; allowed: " + shapes.keySet());
    }
    SequencedMap<String, Tensor> ordered = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          Tensor tensor = WeightNames.get(byName, name);
          if (!tensor.shape().equals(shape)) {
            throw new IllegalArgumentException(
                name + " has the shape " + tensor.shape() + "; allowed: " + shape);
          }
          ordered.put(name, tensor);
        });
    this.config = config;
    this.byName = Collections.unmodifiableSequencedMap(ordered);
    List<LayerWeights> list = new ArrayList<>();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      list.add(WeightNames.layer(ordered, i));
    }
    this.layers = List.copyOf(list);
  }

  /// Maps the checkpoint in `dir` as it is stored, without a copy; it lives as long as `arena`.
  ///
  /// @throws UserError if a file is missing or broken, or a tensor is missing, unknown, or of another shape or dtype
  public static MistralWeights open(Path dir, Arena arena) {
    return Checkpoints.open(dir, arena);
  }

  /// Fresh F32 weights: norms 1, everything else normal with deviation `initializer_range`; the same seed gives the same
  /// bits on every machine.
  public static MistralWeights random(MistralConfig config, long seed, Arena arena) {
    MistralWeights weights = zeros(config, arena);
    RandomWeights.fill(weights, seed);
    return weights;
  }

  /// F32 zeros, for gradients and moments.
  public static MistralWeights zeros(MistralConfig config, Arena arena) {
    return allocate(config, (name, shape) -> Tensor.allocate(arena, DType.F32, shape));
  }

  @Override
  public MistralWeights zerosLike(Arena arena) {
    return zeros(config, arena);
  }

  /// An F32 copy to train.
  public MistralWeights toF32(Arena arena) {
    MistralWeights copy = zeros(config, arena);
    copy.copyFrom(this);
    return copy;
  }

  /// The same parameters stored as `dtype`: those that already are, are shared, not copied. Norms stay as they are: they
  /// take next to no memory, and rounding hurts them most.
  ///
  /// @throws UserError if a matrix has not the whole blocks per row that `dtype` asks for
  public MistralWeights storedAs(DType dtype, Arena arena) {
    byName.forEach(
        (name, tensor) -> {
          if (tensor.shape().rank() > 1 && tensor.columns() % dtype.blockElements() != 0) {
            throw new UserError(
                "%s is %s: %s asks for columns in multiples of %d; keep it as it is stored, or in bf16"
                    .formatted(name, tensor.shape(), dtype, dtype.blockElements()));
          }
        });
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    byName.forEach(
        (name, tensor) ->
            tensors.put(
                name,
                tensor.dtype() == dtype || tensor.shape().rank() == 1
                    ? tensor
                    : Tensor.allocate(arena, dtype, tensor.shape()).copyFrom(tensor)));
    return new MistralWeights(config, tensors);
  }

  private static MistralWeights allocate(
      MistralConfig config, BiFunction<String, Shape, Tensor> allocator) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    WeightNames.shapes(config)
        .forEach((name, shape) -> tensors.put(name, allocator.apply(name, shape)));
    return new MistralWeights(config, tensors);
  }

  /// Overwrites every tensor with that of `source`, converted to this one's dtype.
  public void copyFrom(MistralWeights source) {
    byName.forEach((name, tensor) -> tensor.copyFrom(source.get(name)));
  }

  /// Writes `config.json`, `generation_config.json` and `model.safetensors`, as Hugging Face reads them.
  ///
  /// The folder is written beside and renamed, so that `dir` is either as before or complete.
  ///
  /// @param dir is replaced if it exists
  /// @param dtype how the weights are stored
  /// @param filesFrom the checkpoint folder that the tokenizer's files are copied from, or null for none
  public void save(Path dir, DType dtype, @Nullable Path filesFrom) {
    Checkpoints.save(this, dir, dtype, filesFrom);
  }

  /// Writes the files of [#save] into a folder that is there, one after the other: for a folder that is itself put in its
  /// place as a whole.
  ///
  /// @throws IOException if one can't be written
  public void writeTo(Path folder, DType dtype, @Nullable Path filesFrom) throws IOException {
    Checkpoints.write(this, folder, dtype, filesFrom);
  }

  /// The shape of the model.
  public MistralConfig config() {
    return config;
  }

  /// All tensors under Hugging Face's names, in the order of the forward pass; `lm_head.weight` is missing where it is
  /// tied.
  @Override
  public SequencedMap<String, Tensor> byName() {
    return byName;
  }

  /// The embedding table `[V, C]`.
  public Tensor embedTokens() {
    return get(WeightNames.EMBED_TOKENS);
  }

  /// Layer `i`, from 0.
  public LayerWeights layer(int i) {
    return layers.get(i);
  }

  /// The weight of a linear layer, `[out, in]`.
  ///
  /// @param i the layer, from 0; has no meaning for the head
  public Tensor linear(int i, LinearModule module) {
    return switch (module) {
      case Q_PROJ -> layer(i).qProj();
      case K_PROJ -> layer(i).kProj();
      case V_PROJ -> layer(i).vProj();
      case O_PROJ -> layer(i).oProj();
      case GATE_PROJ -> layer(i).gateProj();
      case UP_PROJ -> layer(i).upProj();
      case DOWN_PROJ -> layer(i).downProj();
      case LM_HEAD -> lmHead();
    };
  }

  /// The final norm `[C]`.
  public Tensor norm() {
    return get(WeightNames.NORM);
  }

  /// The head `[V, C]`; the embedding table itself where it is tied.
  public Tensor lmHead() {
    return config.tieWordEmbeddings() ? embedTokens() : get(WeightNames.LM_HEAD);
  }
}
