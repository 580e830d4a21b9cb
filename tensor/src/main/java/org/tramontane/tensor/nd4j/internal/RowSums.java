package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;

/// What softmax needs row by row, as matrix products with a vector of ones.
record RowSums(Scratch scratch) {
  /// `sums[i] = factor * sum_j x[i, j]`.
  void sum(double factor, INDArray x, INDArray sums) {
    INDArray ones = scratch.ones(x.columns()).vector(0, x.columns());
    Ops.product(factor, x, false, ones, false, 0, sums);
  }

  /// `x[i, j] -= column[i]`.
  void subtract(INDArray x, INDArray column) {
    INDArray ones = scratch.ones(x.columns()).matrix(0, 1, x.columns());
    Ops.outer(-1, column, ones, 1, x);
  }

  /// `x[i, j] = exp(x[i, j] - column[i])`.
  void exponentials(INDArray x, INDArray column) {
    subtract(x, column);
    Ops.exp(x, x);
  }
}
