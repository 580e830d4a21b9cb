package org.tramontane.tensor.nd4j.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// Growing arrays of ND4J's own that kernels use again and again; what one kernel left there means nothing to the next.
///
/// Kernels work in blocks of [#BLOCK] elements, so that their scratch stays at a few MiB whatever the operands' size.
public final class Scratch implements AutoCloseable {
  /// Elements that a block of an element-wise kernel holds at most, unless one row is longer.
  static final long BLOCK = 1 << 17;

  /// Rows that a block of a row-wise kernel holds at most.
  static final long ROWS = 256;

  private final List<Slot> slots = new ArrayList<>();
  private final Slot ones = slot();
  private long onesFilled;

  /// Room for one purpose of one kernel.
  Slot slot() {
    return slot(DataType.FLOAT);
  }

  Slot slot(DataType type) {
    Slot slot = new Slot(type);
    slots.add(slot);
    return slot;
  }

  /// How many rows of `columns` elements a block holds.
  static long blockRows(long columns) {
    return Math.clamp(BLOCK / Math.max(1, columns), 1, ROWS);
  }

  /// A vector of ones, for sums and broadcasts by matrix products; read only.
  Region ones(long n) {
    Region region = ones.atLeast(n);
    if (onesFilled < n) {
      region.vector(0, n).assign(1);
      onesFilled = n;
    }
    return region;
  }

  @Override
  public void close() {
    slots.forEach(Slot::close);
    onesFilled = 0;
  }

  /// One growing array.
  static final class Slot implements AutoCloseable {
    private final DataType type;
    private @Nullable Region region;
    private long capacity;

    private Slot(DataType type) {
      this.type = type;
    }

    Region atLeast(long elements) {
      Region current = region;
      if (current == null || elements > capacity) {
        close();
        capacity = Math.max(1, elements);
        current = new Region(Nd4j.createUninitialized(type, capacity).data(), type);
        region = current;
      }
      return current;
    }

    /// The first `n` elements.
    INDArray vector(long n) {
      return atLeast(n).vector(0, n);
    }

    /// A dense matrix.
    INDArray matrix(long rows, long columns) {
      return atLeast(rows * columns).matrix(0, rows, columns);
    }

    @Override
    public void close() {
      if (region != null) {
        region.close();
        region = null;
        capacity = 0;
      }
    }
  }
}
