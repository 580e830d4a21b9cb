package org.tramontane.tensor.safetensors;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// Elements of any type that a safetensors file may hold, also of one that nothing computes with.
///
/// @param dtype of the elements
/// @param shape the extents
/// @param data the elements, little-endian; off-heap, or a `byte[]`
public record RawTensor(SafetensorsDType dtype, Shape shape, MemorySegment data) {
  /// Checks that the data are as long as type and shape say.
  public RawTensor {
    if (shape.elements() * dtype.bits() != 8 * data.byteSize()) {
      throw new IllegalArgumentException(
          "%s %s is not %d bytes".formatted(dtype, shape, data.byteSize()));
    }
  }

  /// A tensor's.
  ///
  /// @throws IllegalArgumentException if it is Q8_0, which the format does not know
  public static RawTensor of(Tensor tensor) {
    return new RawTensor(
        SafetensorsDType.valueOf(tensor.dtype().name()), tensor.shape(), tensor.readOnlyData());
  }
}
