package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.AttentionShape;

/// The matrix products of attention: for each key/value head one per query head of its group, all key/value heads in
/// one operation, on the tensors as they lie.
///
/// `queries` `[rows, H * D]`, `keys` `[columns, K * D]` and `scores` `[rows * H, columns]` are given by their region
/// and first element.
record HeadProducts(AttentionShape shape, long rows, long columns) {
  /// `scores = factor * queries keys^T`, per head.
  void scores(
      double factor, Region queries, long query, Region keys, long key, Region scores, long score) {
    for (int g = 0; g < shape.group(); g++) {
      INDArray q = queries(queries, query, g);
      Ops.product(factor, q, false, keys(keys, key), true, 0, scores(scores, score, g, columns));
    }
  }

  /// `queries = factor * scores keys + beta * queries`, per head.
  void toQueries(
      double factor,
      Region scores,
      Region keys,
      long key,
      double beta,
      Region queries,
      long query) {
    for (int g = 0; g < shape.group(); g++) {
      INDArray s = scores(scores, 0, g, columns);
      Ops.product(factor, s, false, keys(keys, key), false, beta, queries(queries, query, g));
    }
  }

  /// `keys += factor * scores^T queries`, summed over the heads of a group in order.
  void toKeys(double factor, Region scores, Region queries, long query, Region keys, long key) {
    for (int g = 0; g < shape.group(); g++) {
      INDArray s = scores(scores, 0, g, columns);
      Ops.product(factor, s, true, queries(queries, query, g), false, 1, keys(keys, key));
    }
  }

  private INDArray queries(Region region, long first, int g) {
    long d = shape.headDim();
    return region.batch(
        first + g * d, shape.kvHeads(), shape.group() * d, rows, shape.heads() * d, d);
  }

  private INDArray keys(Region region, long first) {
    long d = shape.headDim();
    return region.batch(first, shape.kvHeads(), d, columns, shape.kvHeads() * d, d);
  }

  private INDArray scores(Region region, long first, int g, long stride) {
    return region.batch(
        first + g * stride,
        shape.kvHeads(),
        shape.group() * stride,
        rows,
        shape.heads() * stride,
        columns);
  }
}
