package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.OnDevice.assertClose;
import static org.tramontane.tensor.tornado.internal.OnDevice.normal;
import static org.tramontane.tensor.tornado.internal.OnDevice.task;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

class RowsTest {
  private static final int TABLE = 9;
  private static final IntArray INDICES = IntArray.fromElements(3, 0, 8, 3, 3, 5, 0);

  @Test
  void gather() {
    for (int columns : OnDevice.SIZES) {
      FloatArray x = normal(columns, TABLE * columns);
      FloatArray out = OnDevice.poisoned(INDICES.getSize() * columns);
      OnDevice.run(
          graph -> graph.task(task(), Rows::gather, x, INDICES, out, columns), x, INDICES, out);
      assertClose("out", out, e -> x.get(INDICES.get(e / columns) * columns + e % columns));
    }
  }

  @Test
  void scatterAddOfRepeatedRows() {
    for (int columns : OnDevice.SIZES) {
      FloatArray dOut = normal(columns, INDICES.getSize() * columns);
      FloatArray before = normal(columns + 1, TABLE * columns);
      FloatArray dX = normal(columns + 1, TABLE * columns);
      OnDevice.run(
          graph -> graph.task(task(), Rows::scatterAdd, dOut, INDICES, dX, columns),
          dOut,
          INDICES,
          dX);
      assertClose(
          "dX",
          dX,
          e -> {
            double sum = before.get(e);
            for (int i = 0; i < INDICES.getSize(); i++) {
              if (INDICES.get(i) == e / columns) {
                sum += dOut.get(i * columns + e % columns);
              }
            }
            return sum;
          });
    }
  }
}
