package org.tramontane.tensor.nd4j.internal;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Tensors as ND4J sees them: the same memory, without a copy.
///
/// On the CPU the regions of the tensors seen last are kept, by address: what lies there is read anew by every
/// operation, and one whose memory has gone is never asked for again. On a device a region is a copy that was sent when
/// it was made, so none outlives the kernel it was made for, and [#finish] brings back what the kernel wrote.
public final class Memory implements AutoCloseable {
  /// Kept regions: the tensors of a training step of a few dozen layers.
  private static final int MOST_REGIONS = 1024;

  private record Key(long address, long elements, DType dtype) {}

  private final boolean onDevice;
  private final LinkedHashMap<Key, Region> regions = new LinkedHashMap<>(64, 0.75f, true);

  /// @param onDevice whether ND4J computes on copies in a device's memory
  public Memory(boolean onDevice) {
    this.onDevice = onDevice;
  }

  /// All of `tensor`.
  Region of(Tensor tensor) {
    Key key = new Key(tensor.data().address(), tensor.elements(), tensor.dtype());
    Region region = regions.get(key);
    if (region == null) {
      region = wrap(tensor);
      regions.put(key, region);
      if (regions.size() > MOST_REGIONS && !onDevice) {
        Map.Entry<Key, Region> eldest = regions.pollFirstEntry();
        eldest.getValue().close();
      }
    }
    return region;
  }

  private static Region wrap(Tensor tensor) {
    DataType type = type(tensor.dtype());
    Pointer pointer = new Address(tensor.data(), tensor.elements());
    return new Region(Nd4j.createBuffer(pointer, tensor.elements(), type), type);
  }

  /// What is said of a storage type that ND4J has not.
  static UserError unread(DType dtype) {
    return new UserError(
        "--backend nd4j does not read weights stored as "
            + dtype
            + "; use --backend cpu, or --base-dtype bf16");
  }

  static DataType type(DType dtype) {
    return switch (dtype) {
      case F32 -> DataType.FLOAT;
      case BF16 -> DataType.BFLOAT16;
      case F16 -> DataType.FLOAT16;
      case Q8_0 -> throw unread(dtype);
    };
  }

  /// Ends a kernel that wrote `written`: on a device, brings them back and forgets every copy.
  public void finish(@Nullable Tensor... written) {
    if (onDevice) {
      for (Tensor tensor : written) {
        if (tensor != null && tensor.elements() > 0) {
          of(tensor).toHost();
        }
      }
      close();
    }
  }

  @Override
  public void close() {
    regions.values().forEach(Region::close);
    regions.clear();
  }

  /// A pointer to memory that belongs to somebody else.
  private static final class Address extends Pointer {
    Address(MemorySegment memory, long elements) {
      address = memory.address();
      limit = elements;
      capacity = elements;
    }
  }
}
