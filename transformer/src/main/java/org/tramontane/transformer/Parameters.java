package org.tramontane.transformer;

import java.lang.foreign.Arena;
import java.util.SequencedMap;
import org.tramontane.tensor.Tensor;

/// What training changes: a model's, or a value model's. Gradients and AdamW's moments are the same names with the same
/// shapes.
public sealed interface Parameters permits ModelParameters, ValueParameters {

  /// All tensors by name, in the order of the forward pass.
  SequencedMap<String, Tensor> byName();

  /// F32 zeros of the same names and shapes.
  Parameters zerosLike(Arena arena);

  /// The tensor with this name.
  ///
  /// @throws IllegalArgumentException if there is none
  default Tensor get(String name) {
    return WeightNames.get(byName(), name);
  }

  /// Sets every element to 0.
  default void clear() {
    byName().values().forEach(tensor -> tensor.fill(0));
  }

  /// The number of parameters.
  default long parameters() {
    return byName().values().stream().mapToLong(Tensor::elements).sum();
  }

  /// The bytes that the parameters take as they are stored.
  default long bytes() {
    return byName().values().stream().mapToLong(tensor -> tensor.byteSize()).sum();
  }
}
