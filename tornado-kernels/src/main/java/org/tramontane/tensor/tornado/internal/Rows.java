package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Picks rows of a matrix, and adds to them: the embedding and its derivative, the rows whose log-probability is wanted, and the
/// rows of the ring caches.
///
/// Integers: how many rows, columns, offset of what is read, offset of what is written, format (of stored tables), then from [#LIST]
/// on the row numbers.
public final class Rows {
  /// Where the row numbers begin.
  public static final int LIST = 5;

  private Rows() {}

  /// `out[i] = x[indices[i]]`, one thread an element.
  public static void gather(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int columns = ints.get(at + 1);
    int row = context.globalIdx / columns;
    int column = context.globalIdx % columns;
    if (row < ints.get(at)) {
      memory.set(
          ints.get(at + 3) + row * columns + column,
          memory.get(ints.get(at + 2) + ints.get(at + LIST + row) * columns + column));
    }
  }

  /// The same from a table in BF16, F16 or Q8_0.
  public static void gatherStored(
      KernelContext context, int at, IntArray ints, IntArray x, FloatArray memory) {
    int columns = ints.get(at + 1);
    int row = context.globalIdx / columns;
    int column = context.globalIdx % columns;
    if (row < ints.get(at)) {
      float value =
          Stored.get(
              x,
              ints.get(at + 2),
              ints.get(at + 4),
              memory,
              ints.get(at + LIST + row) * columns + column);
      memory.set(ints.get(at + 3) + row * columns + column, value);
    }
  }

  /// Row i of x becomes the row of out that the list names for it, if that is 0 or more. No row is named twice.
  public static void scatter(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int columns = ints.get(at + 1);
    int row = context.globalIdx / columns;
    int column = context.globalIdx % columns;
    if (row < ints.get(at)) {
      int to = ints.get(at + LIST + row);
      if (to >= 0) {
        memory.set(
            ints.get(at + 3) + to * columns + column,
            memory.get(ints.get(at + 2) + row * columns + column));
      }
    }
  }

  /// `dX[indices[i]] += dOut[i]`. A thread owns a column and adds its rows in the order of i: repeated rows need no atomic
  /// addition, whose order, and so whose bits, would differ from run to run.
  public static void scatterAdd(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int count = ints.get(at);
    int columns = ints.get(at + 1);
    int column = context.globalIdx;
    if (column < columns) {
      for (int i = 0; i < count; i++) {
        int to = ints.get(at + 3) + ints.get(at + LIST + i) * columns + column;
        memory.set(to, memory.get(to) + memory.get(ints.get(at + 2) + i * columns + column));
      }
    }
  }
}
