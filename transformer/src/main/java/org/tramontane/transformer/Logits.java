package org.tramontane.transformer;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;

/// The logits of sequences that step together, `[N, V]`, on the backend that has computed them. To the host comes what is asked for:
/// an integer per row for the largest, or a whole row.
///
/// Valid until the next pass, and for one thread.
final class Logits {
  private final Kernels kernels;
  private final Tensor tensor;
  private final float[] row;
  private int[] largest = {};

  /// @param row of V, to read rows into
  Logits(Kernels kernels, Tensor tensor, float[] row) {
    this.kernels = kernels;
    this.tensor = tensor;
    this.row = row;
  }

  /// The token with row `index`'s largest logit, of equals the one with the smallest id. The first call finds those of all rows.
  ///
  /// @throws ArithmeticException if a logit of the row is NaN
  int largest(int index) {
    if (largest.length == 0) {
      largest = kernels.argMax(tensor);
    }
    int id = largest[index];
    if (id < 0) {
      throw notANumber(-1 - id);
    }
    return id;
  }

  /// Row `index`, valid until the next call.
  float[] row(int index) {
    MemorySegment data = tensor.rows(index, index + 1).readOnlyData();
    MemorySegment.copy(data, Tensor.FLOAT, 0, row, 0, row.length);
    return row;
  }

  static ArithmeticException notANumber(int id) {
    return new ArithmeticException("the logit of token " + id + " is NaN");
  }
}
