package org.tramontane.tensor.nd4j.internal;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// RMSNorm and its derivative, by blocks of rows. Sums over columns are products with a vector, and factors that depend
/// on row and column are outer products.
public final class Norm {
  private final Memory memory;
  private final Scratch scratch;
  private final RowSums sums;
  private final Scratch.Slot squares;
  private final Scratch.Slot factors;
  private final Scratch.Slot column;
  private final Scratch.Slot wide;

  /// Norms on `memory`.
  public Norm(Memory memory, Scratch scratch) {
    this.memory = memory;
    this.scratch = scratch;
    sums = new RowSums(scratch);
    squares = scratch.slot();
    factors = scratch.slot();
    column = scratch.slot();
    wide = scratch.slot();
  }

  /// `out = weight * x * r`, `r = 1 / sqrt(mean(x^2) + eps)`.
  public void forward(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    long columns = x.columns();
    Region w = widened(weight);
    forBlocks(
        x,
        (from, rows) -> {
          INDArray input = matrix(x, from, rows);
          INDArray square = squares.matrix(rows, columns);
          INDArray r = memory.of(inverseRms).vector(from, rows);
          Ops.multiply(input, input, square);
          sums.sum(1.0 / columns, square, r);
          Ops.add(r, eps, r);
          Ops.sqrt(r, r);
          Ops.divideInto(1, r, r);
          INDArray factor = factors.matrix(rows, columns);
          INDArray rColumn = memory.of(inverseRms).matrix(from, rows, 1);
          Ops.outer(1, rColumn, w.matrix(0, 1, columns), 0, factor);
          Ops.multiply(input, factor, matrix(out, from, rows));
        });
  }

  /// `sum = x + delta`, then [#forward] on the sum.
  public void addForward(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    if (x.elements() > 0) {
      long n = x.elements();
      Ops.add(
          memory.of(x).vector(0, n), memory.of(delta).vector(0, n), memory.of(sum).vector(0, n));
    }
    forward(sum, weight, eps, out, inverseRms);
  }

  /// `dX += r * (g - x * r^2 * mean(g * x))` with `g = dOut * weight`, `dWeight += sum over rows of dOut * x * r`.
  public void backward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    long columns = x.columns();
    Region w = widened(weight);
    Region ones = scratch.ones(columns);
    forBlocks(
        x,
        (from, rows) -> {
          INDArray d = matrix(dOut, from, rows);
          INDArray input = matrix(x, from, rows);
          INDArray target = matrix(dX, from, rows);
          INDArray r = memory.of(inverseRms).vector(from, rows);
          INDArray product = squares.matrix(rows, columns);
          Ops.multiply(d, input, product);
          INDArray c = column.vector(rows);
          Ops.product(1.0 / columns, product, false, w.vector(0, columns), false, 0, c);
          if (dWeight != null) {
            INDArray gradient = memory.of(dWeight).vector(0, columns);
            Ops.product(1, product, true, r, false, 1, gradient);
          }
          INDArray factor = factors.matrix(rows, columns);
          INDArray rColumn = memory.of(inverseRms).matrix(from, rows, 1);
          Ops.outer(1, rColumn, w.matrix(0, 1, columns), 0, factor);
          Ops.multiply(factor, d, factor);
          Ops.multiply(c, r, c);
          Ops.multiply(c, r, c);
          Ops.multiply(c, r, c);
          INDArray correction = squares.matrix(rows, columns);
          Ops.outer(1, column.matrix(rows, 1), ones.matrix(0, 1, columns), 0, correction);
          Ops.multiply(correction, input, correction);
          Ops.subtract(factor, correction, factor);
          Ops.add(target, factor, target);
        });
  }

  private INDArray matrix(Tensor x, long from, long rows) {
    return memory.of(x).matrix(from * x.columns(), rows, x.columns());
  }

  private Region widened(Tensor weight) {
    if (weight.dtype() == DType.F32) {
      return memory.of(weight);
    }
    Region region = wide.atLeast(weight.elements());
    Ops.copy(memory.of(weight).vector(0, weight.elements()), region.vector(0, weight.elements()));
    return region;
  }

  private interface Block {
    void run(long from, long rows);
  }

  private static void forBlocks(Tensor x, Block block) {
    if (x.elements() == 0) {
      return;
    }
    long step = Scratch.blockRows(x.columns());
    for (long from = 0; from < x.rows(); from += step) {
      block.run(from, Math.min(step, x.rows() - from));
    }
  }
}
