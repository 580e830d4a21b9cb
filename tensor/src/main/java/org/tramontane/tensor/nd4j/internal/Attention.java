package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.nd4j.internal.Tiles.KeyTile;
import org.tramontane.tensor.nd4j.internal.Tiles.QueryTile;

/// Grouped-query attention by tiles with a running maximum and sum (Dao et al. 2022, arXiv 2205.14135), and its
/// derivative.
///
/// A tile of queries visits its tiles of keys in order, all heads at a time; the memory it needs is one tile of scores,
/// and for the derivative two.
public final class Attention implements AutoCloseable {
  private final Memory memory;
  private final RowSums rowSums;
  private final RunningSoftmax softmax;
  private final Tiles tiles = new Tiles();
  private final Scratch.Slot scores;
  private final Scratch.Slot gradients;
  private final Scratch.Slot products;
  private final Scratch.Slot deltas;

  /// Attention on `memory`.
  public Attention(Memory memory, Scratch scratch) {
    this.memory = memory;
    rowSums = new RowSums(scratch);
    softmax = new RunningSoftmax(scratch);
    scores = scratch.slot();
    gradients = scratch.slot();
    products = scratch.slot();
    deltas = scratch.slot();
  }

  /// `out_i = sum_j softmax_j(q_i . k_j / sqrt(D)) v_j`.
  public void forward(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp) {
    for (QueryTile queries : Tiles.queryTiles(sequences, shape.window())) {
      long rows = (long) queries.queries() * shape.heads();
      long query = queries.queryRow() * shape.heads() * shape.headDim();
      INDArray result = memory.of(out).matrix(query, rows, shape.headDim());
      for (KeyTile keys : queries.keyTiles()) {
        boolean first = keys.start() == queries.firstKey();
        INDArray score = score(q, k, queries, keys, shape);
        if (first) {
          softmax.first(score);
        } else {
          Ops.scaleRows(result, softmax.next(score), result);
        }
        long value = keys.row() * shape.kvHeads() * shape.headDim();
        new HeadProducts(shape, queries.queries(), keys.keys())
            .toQueries(
                1, scores.atLeast(0), memory.of(v), value, first ? 0 : 1, memory.of(out), query);
      }
      softmax.logSumExp(memory.of(logSumExp).vector(queries.queryRow() * shape.heads(), rows));
      softmax.divide(result);
    }
  }

  /// The derivative of [#forward]: scores are computed again, tile by tile.
  public void backward(
      Tensor dOut,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor logSumExp,
      Sequences sequences,
      AttentionShape shape,
      Tensor dQ,
      Tensor dK,
      Tensor dV) {
    zero(dK);
    zero(dV);
    for (QueryTile queries : Tiles.queryTiles(sequences, shape.window())) {
      long rows = (long) queries.queries() * shape.heads();
      long query = queries.queryRow() * shape.heads() * shape.headDim();
      INDArray delta = delta(dOut, out, query, rows, shape.headDim());
      INDArray lse = memory.of(logSumExp).matrix(queries.queryRow() * shape.heads(), rows, 1);
      for (KeyTile keys : queries.keyTiles()) {
        boolean first = keys.start() == queries.firstKey();
        long key = keys.row() * shape.kvHeads() * shape.headDim();
        HeadProducts heads = new HeadProducts(shape, queries.queries(), keys.keys());
        INDArray p = score(q, k, queries, keys, shape);
        rowSums.exponentials(p, lse);
        heads.toKeys(1, scores.atLeast(0), memory.of(dOut), query, memory.of(dV), key);
        INDArray dScore = gradients.matrix(rows, keys.keys());
        Region gradient = gradients.atLeast(0);
        heads.scores(1, memory.of(dOut), query, memory.of(v), key, gradient, 0);
        rowSums.subtract(dScore, delta);
        Ops.multiply(dScore, p, dScore);
        heads.toQueries(
            shape.scale(), gradient, memory.of(k), key, first ? 0 : 1, memory.of(dQ), query);
        heads.toKeys(shape.scale(), gradient, memory.of(q), query, memory.of(dK), key);
      }
    }
  }

  /// Masked scores `q . k / sqrt(D)` in [#scores].
  private INDArray score(
      Tensor q, Tensor k, QueryTile queries, KeyTile keys, AttentionShape shape) {
    long rows = (long) queries.queries() * shape.heads();
    INDArray score = scores.matrix(rows, keys.keys());
    new HeadProducts(shape, queries.queries(), keys.keys())
        .scores(
            shape.scale(),
            memory.of(q),
            queries.queryRow() * shape.heads() * shape.headDim(),
            memory.of(k),
            keys.row() * shape.kvHeads() * shape.headDim(),
            scores.atLeast(0),
            0);
    tiles.mask(score, queries, keys, shape);
    return score;
  }

  /// `dOut . out` per query and head, as a column.
  private INDArray delta(Tensor dOut, Tensor out, long query, long rows, int headDim) {
    INDArray product = products.matrix(rows, headDim);
    INDArray delta = deltas.vector(rows);
    Ops.multiply(
        memory.of(dOut).matrix(query, rows, headDim),
        memory.of(out).matrix(query, rows, headDim),
        product);
    rowSums.sum(1, product, delta);
    return deltas.matrix(rows, 1);
  }

  private void zero(Tensor x) {
    if (x.elements() > 0) {
      memory.of(x).vector(0, x.elements()).assign(0);
    }
  }

  @Override
  public void close() {
    tiles.close();
  }
}
