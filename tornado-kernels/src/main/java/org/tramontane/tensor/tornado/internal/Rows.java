package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Picks rows of a matrix, and adds to them: the embedding and its derivative, and the rows whose log-probability is wanted.
public final class Rows {
  private Rows() {}

  /// `out[i] = x[indices[i]]`, one thread an element.
  ///
  /// @param x `[V, columns]`
  /// @param out `[N, columns]`
  public static void gather(FloatArray x, IntArray indices, FloatArray out, int columns) {
    for (@Parallel int e = 0; e < out.getSize(); e++) {
      out.set(e, x.get(indices.get(e / columns) * columns + e % columns));
    }
  }

  /// `dX[indices[i]] += dOut[i]`. A thread owns a column and adds its rows in the order of i: repeated rows need no atomic
  /// addition, whose order, and so whose bits, would differ from run to run.
  ///
  /// @param dOut `[N, columns]`
  /// @param dX `[V, columns]`
  public static void scatterAdd(FloatArray dOut, IntArray indices, FloatArray dX, int columns) {
    for (@Parallel int c = 0; c < columns; c++) {
      for (int i = 0; i < indices.getSize(); i++) {
        int to = indices.get(i) * columns + c;
        dX.set(to, dX.get(to) + dOut.get(i * columns + c));
      }
    }
  }
}
