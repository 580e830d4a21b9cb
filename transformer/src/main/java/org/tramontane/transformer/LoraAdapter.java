package org.tramontane.transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// A LoRA adapter: a pair of small matrices beside each targeted linear layer, under PEFT's names; also its gradients, or
/// AdamW's moments.
///
/// It belongs to no model: one base, mapped once, serves as many policies as there are adapters
/// ([MistralModel#withAdapter]). The tensors are F32, and their memory is the [Arena]'s that they were made with.
public final class LoraAdapter implements ModelParameters {
  private static final String PREFIX = "base_model.model.";

  /// The two matrices of one linear layer.
  ///
  /// @param a `[r, in]`
  /// @param b `[out, r]`
  public record Pair(Tensor a, Tensor b) {}

  private final LoraConfig lora;
  private final MistralConfig base;
  private final SequencedMap<String, Tensor> byName;

  /// An adapter of the given tensors.
  ///
  /// @param base the shape of the model that it is for
  /// @throws IllegalArgumentException if a tensor is missing, unknown, not F32 or of another shape
  public LoraAdapter(LoraConfig lora, MistralConfig base, SequencedMap<String, Tensor> byName) {
    SequencedMap<String, Shape> shapes = shapes(lora, base);
    if (!shapes.keySet().equals(byName.keySet())) {
      throw new IllegalArgumentException(
          "adapter " + byName.keySet() + "; allowed: " + shapes.keySet());
    }
    SequencedMap<String, Tensor> ordered = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          Tensor tensor = WeightNames.get(byName, name);
          if (!tensor.shape().equals(shape) || tensor.dtype() != DType.F32) {
            throw new IllegalArgumentException(name + " is " + tensor + "; allowed: F32 " + shape);
          }
          ordered.put(name, tensor);
        });
    this.lora = lora;
    this.base = base;
    this.byName = Collections.unmodifiableSequencedMap(ordered);
  }

  /// A fresh adapter, which changes nothing yet: B is 0, A uniform in `+-1/sqrt(in)`, as PEFT begins. The same seed gives
  /// the same bits on every machine.
  public static LoraAdapter random(LoraConfig lora, MistralConfig base, long seed, Arena arena) {
    LoraAdapter adapter = zeros(lora, base, arena);
    adapter.restart(seed);
    return adapter;
  }

  /// Makes this what [#random] gives.
  void restart(long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    byName.forEach(
        (name, tensor) -> {
          SplittableRandom random = seeds.split();
          if (name.contains(".lora_A.")) {
            double bound = 1 / Math.sqrt((double) tensor.columns());
            for (long i = 0; i < tensor.elements(); i++) {
              tensor.set(i, (float) random.nextDouble(-bound, bound));
            }
          } else {
            tensor.fill(0);
          }
        });
  }

  /// F32 zeros.
  public static LoraAdapter zeros(LoraConfig lora, MistralConfig base, Arena arena) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    shapes(lora, base)
        .forEach((name, shape) -> tensors.put(name, Tensor.allocate(arena, DType.F32, shape)));
    return new LoraAdapter(lora, base, tensors);
  }

  /// Every tensor's name and shape, in the order of the forward pass.
  static SequencedMap<String, Shape> shapes(LoraConfig lora, MistralConfig base) {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < base.numHiddenLayers(); layer++) {
      for (LinearModule module : lora.targetModules()) {
        if (layer < module.count(base) && module != LinearModule.LM_HEAD) {
          put(shapes, lora, base, layer, module);
        }
      }
    }
    if (lora.targetModules().contains(LinearModule.LM_HEAD)) {
      put(shapes, lora, base, 0, LinearModule.LM_HEAD);
    }
    return shapes;
  }

  private static void put(
      SequencedMap<String, Shape> shapes,
      LoraConfig lora,
      MistralConfig base,
      int layer,
      LinearModule module) {
    Shape weight = module.shape(base);
    shapes.put(nameOfA(layer, module), Shape.of(lora.r(), weight.extent(1)));
    shapes.put(nameOfB(layer, module), Shape.of(weight.extent(0), lora.r()));
  }

  private static String nameOfA(int layer, LinearModule module) {
    return PREFIX + module.path(layer) + ".lora_A.weight";
  }

  private static String nameOfB(int layer, LinearModule module) {
    return PREFIX + module.path(layer) + ".lora_B.weight";
  }

  /// Reads an adapter that PEFT or [#save] has written; its tensors live as long as `arena`.
  ///
  /// @param dir a folder with `adapter_config.json` and `adapter_model.safetensors`
  /// @param base the shape of the model that it is to sit on
  /// @throws UserError if a file is missing or broken, does not fit the model, or asks for what is not supported
  public static LoraAdapter open(Path dir, MistralConfig base, Arena arena) {
    return PeftFiles.open(dir, base, arena);
  }

  /// Writes `adapter_config.json` and `adapter_model.safetensors` into `dir` as PEFT reads them.
  ///
  /// The folder is written beside and renamed, so that `dir` is either as before or complete.
  ///
  /// @param baseModel what stands as `base_model_name_or_path`
  public void save(Path dir, String baseModel) {
    PeftFiles.save(this, dir, baseModel);
  }

  /// Writes the files of [#save] into a folder that is there, with the base's tokenizer beside them, as TRL does.
  ///
  /// @param baseModel the base's folder
  /// @throws IOException if one can't be written
  public void writeTo(Path folder, Path baseModel) throws IOException {
    PeftFiles.write(this, folder, baseModel.toString());
    Checkpoints.copyTokenizer(baseModel, folder);
  }

  /// How it was made.
  public LoraConfig config() {
    return lora;
  }

  /// The shape of the models that it fits.
  public MistralConfig base() {
    return base;
  }

  @Override
  public SequencedMap<String, Tensor> byName() {
    return byName;
  }

  @Override
  public LoraAdapter zerosLike(Arena arena) {
    return zeros(lora, base, arena);
  }

  /// The matrices of a linear layer, or null if it is no target.
  ///
  /// @param layer from 0; has no meaning for the head
  public @Nullable Pair pair(int layer, LinearModule module) {
    Tensor a = byName.get(nameOfA(layer, module));
    Tensor b = byName.get(nameOfB(layer, module));
    return a == null || b == null ? null : new Pair(a, b);
  }

  /// The base with this adapter added in, `W + scaling * B A`, computed in F32.
  ///
  /// @param weights of a model of this shape; left as they are, and what is no target is shared, not copied
  /// @param dtype how the sums are stored
  /// @throws UserError if the adapter is on a head that is tied to the embedding
  public MistralWeights merge(MistralWeights weights, DType dtype, Kernels kernels, Arena arena) {
    requireFits(weights.config());
    if (base.tieWordEmbeddings() && lora.targetModules().contains(LinearModule.LM_HEAD)) {
      throw new UserError(
          "the adapter is on lm_head, which is the embedding table too (tie_word_embeddings = true):"
              + " merged, it would change both. Use it with --adapter instead");
    }
    SequencedMap<String, Tensor> merged = new LinkedHashMap<>(weights.byName());
    for (LinearModule module : lora.targetModules()) {
      for (int layer = 0; layer < module.count(base); layer++) {
        Pair pair = pair(layer, module);
        if (pair != null) {
          Tensor sum = Tensor.allocate(arena, dtype, module.shape(base));
          try (Arena room = Arena.ofShared()) {
            Tensor wide = dtype == DType.F32 ? sum : Tensor.allocate(room, DType.F32, sum.shape());
            addTo(weights.linear(layer, module), pair, kernels, wide);
            sum.copyFrom(wide);
          }
          merged.put(module.path(layer) + ".weight", sum);
        }
      }
    }
    return new MistralWeights(weights.config(), merged);
  }

  /// `wide = weight + scaling * B A`.
  private void addTo(Tensor weight, Pair pair, Kernels kernels, Tensor wide) {
    int[] rows = IntStream.range(0, Math.toIntExact(weight.rows())).toArray();
    kernels.embedding(rows, weight, wide); // a copy that widens
    kernels.matmul(pair.b(), false, pair.a(), false, (float) lora.scaling(), 1, wide);
  }

  /// Checks that the targeted layers of a model have the shapes that this adapter was made for.
  ///
  /// @throws IllegalArgumentException if not
  void requireFits(MistralConfig config) {
    if (!shapes(lora, config).equals(shapes(lora, base))) {
      throw new IllegalArgumentException(
          "the adapter was made for another shape of model; allowed: " + base);
    }
  }
}
