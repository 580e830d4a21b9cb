package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.OnDevice.assertClose;
import static org.tramontane.tensor.tornado.internal.OnDevice.normal;
import static org.tramontane.tensor.tornado.internal.OnDevice.poisoned;
import static org.tramontane.tensor.tornado.internal.OnDevice.task;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class RmsNormTest {
  private static final int ROWS = 5;
  private static final float EPS = 1e-5f;

  private static double inverseRms(FloatArray x, int row, int columns) {
    double squares = 0;
    for (int c = 0; c < columns; c++) {
      squares += (double) x.get(row * columns + c) * x.get(row * columns + c);
    }
    return 1 / Math.sqrt(squares / columns + EPS);
  }

  @Test
  void forward() {
    for (int columns : OnDevice.SIZES) {
      FloatArray x = normal(columns, ROWS * columns);
      FloatArray weight = normal(columns + 1, columns);
      FloatArray out = poisoned(ROWS * columns);
      FloatArray r = poisoned(ROWS);
      KernelContext context = new KernelContext();
      OnDevice.run(
          graph -> graph.task(task(), RmsNorm::forward, context, x, weight, EPS, out, r, columns),
          ROWS,
          RmsNorm.GROUP,
          x,
          weight,
          out,
          r);
      assertClose("inverseRms", r, row -> inverseRms(x, row, columns));
      assertClose(
          "out",
          out,
          i -> (double) weight.get(i % columns) * x.get(i) * inverseRms(x, i / columns, columns));
    }
  }

  @Test
  void backwardInput() {
    for (int columns : OnDevice.SIZES) {
      FloatArray dOut = normal(columns, ROWS * columns);
      FloatArray x = normal(columns + 1, ROWS * columns);
      FloatArray weight = normal(columns + 2, columns);
      FloatArray r = new FloatArray(ROWS);
      for (int row = 0; row < ROWS; row++) {
        r.set(row, (float) inverseRms(x, row, columns));
      }
      FloatArray before = normal(columns + 3, ROWS * columns);
      FloatArray dX = normal(columns + 3, ROWS * columns);
      KernelContext context = new KernelContext();
      OnDevice.run(
          graph ->
              graph.task(task(), RmsNorm::backwardInput, context, dOut, x, weight, r, dX, columns),
          ROWS,
          RmsNorm.GROUP,
          dOut,
          x,
          weight,
          r,
          dX);
      assertClose(
          "dX",
          dX,
          i -> {
            int row = i / columns;
            double mean = 0;
            for (int c = 0; c < columns; c++) {
              int j = row * columns + c;
              mean += (double) dOut.get(j) * weight.get(c) * x.get(j) / columns;
            }
            double g = (double) dOut.get(i) * weight.get(i % columns);
            double s = inverseRms(x, row, columns);
            return before.get(i) + s * (g - x.get(i) * s * s * mean);
          });
    }
  }

  @Test
  void backwardWeight() {
    for (int columns : OnDevice.SIZES) {
      FloatArray dOut = normal(columns, ROWS * columns);
      FloatArray x = normal(columns + 1, ROWS * columns);
      FloatArray r = normal(columns + 2, ROWS);
      FloatArray before = normal(columns + 3, columns);
      FloatArray dWeight = normal(columns + 3, columns);
      OnDevice.run(
          graph -> graph.task(task(), RmsNorm::backwardWeight, dOut, x, r, dWeight, ROWS),
          dOut,
          x,
          r,
          dWeight);
      assertClose(
          "dWeight",
          dWeight,
          c -> {
            double sum = before.get(c);
            for (int row = 0; row < ROWS; row++) {
              sum += (double) dOut.get(row * columns + c) * x.get(row * columns + c) * r.get(row);
            }
            return sum;
          });
    }
  }
}
