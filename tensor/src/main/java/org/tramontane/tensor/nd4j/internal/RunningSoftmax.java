package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;

/// Softmax over rows whose scores come tile by tile: a running maximum and sum per row (Milakov and Gimelshein 2018,
/// arXiv 1805.02867).
final class RunningSoftmax {
  private final RowSums rowSums;
  private final Scratch.Slot maxima;
  private final Scratch.Slot tileMaxima;
  private final Scratch.Slot factors;
  private final Scratch.Slot sums;
  private final Scratch.Slot tileSums;

  RunningSoftmax(Scratch scratch) {
    rowSums = new RowSums(scratch);
    maxima = scratch.slot();
    tileMaxima = scratch.slot();
    factors = scratch.slot();
    sums = scratch.slot();
    tileSums = scratch.slot();
  }

  /// Turns the first tile's scores into exponentials relative to their row's maximum.
  void first(INDArray scores) {
    long rows = scores.rows();
    Ops.rowMax(scores, maxima.vector(rows));
    rowSums.exponentials(scores, maxima.matrix(rows, 1));
    rowSums.sum(1, scores, sums.vector(rows));
  }

  /// Turns a later tile's scores into exponentials relative to the new maximum.
  ///
  /// @return for each row, the factor on everything that was summed with earlier exponentials
  INDArray next(INDArray scores) {
    long rows = scores.rows();
    INDArray max = maxima.vector(rows);
    INDArray larger = tileMaxima.vector(rows);
    INDArray factor = factors.vector(rows);
    INDArray sum = sums.vector(rows);
    INDArray part = tileSums.vector(rows);
    Ops.rowMax(scores, larger);
    Ops.max(larger, max, larger);
    Ops.subtract(max, larger, factor);
    Ops.exp(factor, factor);
    Ops.copy(larger, max);
    rowSums.exponentials(scores, maxima.matrix(rows, 1));
    rowSums.sum(1, scores, part);
    Ops.multiply(sum, factor, sum);
    Ops.add(sum, part, sum);
    return factor;
  }

  /// Writes the logarithm of each row's sum of exponentials.
  void logSumExp(INDArray out) {
    Ops.log(sums.vector(out.length()), out);
    Ops.add(out, maxima.vector(out.length()), out);
  }

  /// Ends the rows: what was summed with their exponentials becomes a mean.
  void divide(INDArray summed) {
    INDArray sum = sums.vector(summed.rows());
    Ops.divideInto(1, sum, sum);
    Ops.scaleRows(summed, sum, summed);
  }
}
