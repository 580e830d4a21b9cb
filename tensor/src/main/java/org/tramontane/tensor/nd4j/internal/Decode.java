package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Tensor;

/// Attention of one token per sequence over its ring cache.
///
/// The keys that a token sees lie in one run of slots, or in two where the ring wraps. Scores are `[H, keys]`, rounded
/// up to whole tiles of [#PAD] hidden keys, so that a growing sequence does not bring a new shape with every token.
public final class Decode {
  private static final long PAD = 64;

  private final Memory memory;
  private final RunningSoftmax softmax;
  private final Scratch.Slot scores;

  /// Decoding on `memory`.
  public Decode(Memory memory, Scratch scratch) {
    this.memory = memory;
    softmax = new RunningSoftmax(scratch);
    scores = scratch.slot();
  }

  /// `out_i = sum_j softmax_j(q_i . k_j / sqrt(D)) v_j` over the positions that token i sees.
  public void run(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    long size = keys.shape().extent(1);
    for (int token = 0; token < slots.length; token++) {
      long seen = Math.min(Math.min(shape.window(), size), positions[token] + 1L);
      long first = (positions[token] + 1L - seen) % size;
      long before = (long) slots[token] * size;
      Run head = new Run(before + first, Math.min(seen, size - first), 0);
      Run tail = new Run(before, seen - head.length(), head.length());
      attend(q, keys, values, token, head, tail, shape, out);
    }
  }

  /// Slots of the cache from `row` on, whose scores begin at column `column`.
  private record Run(long row, long length, long column) {}

  private void attend(
      Tensor q,
      Tensor keys,
      Tensor values,
      int token,
      Run head,
      Run tail,
      AttentionShape shape,
      Tensor out) {
    long columns = (head.length() + tail.length() + PAD - 1) / PAD * PAD;
    INDArray score = scores.matrix(shape.heads(), columns);
    score.assign(Tiles.HIDDEN);
    scores(q, keys, token, head, columns, shape);
    scores(q, keys, token, tail, columns, shape);
    softmax.first(score);
    weighted(values, token, head, columns, shape, 0, out);
    weighted(values, token, tail, columns, shape, 1, out);
    long query = (long) token * shape.heads() * shape.headDim();
    INDArray result = memory.of(out).matrix(query, shape.heads(), shape.headDim());
    softmax.divide(result);
  }

  private void scores(
      Tensor q, Tensor keys, int token, Run run, long columns, AttentionShape shape) {
    if (run.length() > 0) {
      INDArray query = heads(memory.of(q), token, shape);
      INDArray key = slots(memory.of(keys), run, shape);
      Ops.product(shape.scale(), query, false, key, true, 0, scores(run, columns, shape));
    }
  }

  private void weighted(
      Tensor values, int token, Run run, long columns, AttentionShape shape, int beta, Tensor out) {
    if (run.length() > 0) {
      INDArray value = slots(memory.of(values), run, shape);
      INDArray target = heads(memory.of(out), token, shape);
      Ops.product(1, scores(run, columns, shape), false, value, false, beta, target);
    }
  }

  /// A token's heads as one matrix `[G, D]` per key/value head.
  private static INDArray heads(Region region, int token, AttentionShape shape) {
    long d = shape.headDim();
    long group = shape.group();
    return region.batch((long) token * shape.heads() * d, shape.kvHeads(), group * d, group, d, d);
  }

  /// A run of slots as one matrix `[length, D]` per key/value head.
  private static INDArray slots(Region region, Run run, AttentionShape shape) {
    long d = shape.headDim();
    long row = shape.kvHeads() * d;
    return region.batch(run.row() * row, shape.kvHeads(), d, run.length(), row, d);
  }

  /// The scores of a run as one matrix `[G, length]` per key/value head.
  private INDArray scores(Run run, long columns, AttentionShape shape) {
    long group = shape.group();
    return scores
        .atLeast(0)
        .batch(run.column(), shape.kvHeads(), group * columns, group, columns, run.length());
  }
}
