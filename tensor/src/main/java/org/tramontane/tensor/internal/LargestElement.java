package org.tramontane.tensor.internal;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Tensor;

/// [org.tramontane.tensor.Kernels#argMax] of one row, for backends on memory of the host.
public final class LargestElement {
  private LargestElement() {}

  /// The index of the largest of `n` floats, the first of equals; `-1 - i` if there is a NaN, the first at i.
  ///
  /// @param row memory that holds them
  /// @param at where they begin there, in bytes
  /// @param n 1 or more
  public static int index(MemorySegment row, long at, int n) {
    int best = 0;
    float largest = row.get(Tensor.FLOAT, at);
    for (int i = 0; i < n; i++) {
      float value = row.get(Tensor.FLOAT, at + 4L * i);
      if (Float.isNaN(value)) {
        return -1 - i;
      }
      if (value > largest) {
        largest = value;
        best = i;
      }
    }
    return best;
  }
}
