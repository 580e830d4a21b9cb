package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// Grouped-query attention by blocks with a running maximum and sum (Dao et al. 2022, arXiv 2205.14135).
///
/// One unit of work is one block of queries of one head. It visits the blocks of keys that any of its queries sees, in
/// order; the memory it needs is one block of scores.
public final class Attention {
  private final Threads threads;
  private final Scratch scratch;
  private final Gemm gemm;

  /// Attention whose block products `gemm` does.
  public Attention(Threads threads, Scratch scratch, Gemm gemm) {
    this.threads = threads;
    this.scratch = scratch;
    this.gemm = gemm;
  }

  /// `out_i = sum_j softmax_j(q_i . k_j / sqrt(D)) v_j`.
  public void run(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp) {
    AttentionPlan plan = new AttentionPlan(sequences, shape);
    Operands operands =
        new Operands(
            q.readOnlyData().address(),
            k.readOnlyData().address(),
            v.readOnlyData().address(),
            out.data().address(),
            logSumExp.data().address());
    int blocks = 0;
    for (int b = 0; b < sequences.count(); b++) {
      blocks += plan.blocks(b);
    }
    int[] sequenceOf = new int[blocks];
    int[] blockOf = new int[blocks];
    int next = 0;
    for (int b = 0; b < sequences.count(); b++) {
      for (int block = plan.blocks(b) - 1; block >= 0; block--) { // the longest first
        sequenceOf[next] = b;
        blockOf[next++] = block;
      }
    }
    threads.forEach(
        Math.multiplyExact(blocks, shape.heads()),
        (worker, unit) -> {
          int index = unit / shape.heads();
          new Unit(plan, operands, sequenceOf[index], blockOf[index], unit % shape.heads())
              .run(scratch.of(worker, Unit.FLOATS));
        });
  }

  /// Addresses of the tensors.
  private record Operands(long q, long k, long v, long out, long logSumExp) {}

  /// One block of queries of one head.
  private final class Unit {
    /// Scores, and a maximum and a sum per query.
    static final long FLOATS =
        (long) AttentionPlan.BLOCK * AttentionPlan.BLOCK + 2L * AttentionPlan.BLOCK;

    private final AttentionPlan plan;
    private final Operands operands;
    private final int head;
    private final int firstRow;
    private final int start;
    private final int queries;
    private final Matrix query;
    private final Matrix result;

    Unit(AttentionPlan plan, Operands operands, int sequence, int block, int head) {
      this.plan = plan;
      this.operands = operands;
      this.head = head;
      firstRow = plan.sequences().offset(sequence);
      start = block * AttentionPlan.BLOCK;
      queries = Math.min(AttentionPlan.BLOCK, plan.sequences().length(sequence) - start);
      query = plan.head(operands.q, plan.queryStride(), (long) firstRow + start, head);
      result = plan.head(operands.out, plan.queryStride(), (long) firstRow + start, head);
    }

    void run(long scores) {
      long maxima = scores + 4L * AttentionPlan.BLOCK * AttentionPlan.BLOCK;
      long sums = maxima + 4L * AttentionPlan.BLOCK;
      for (int i = 0; i < queries; i++) {
        Lanes.set(maxima + 4L * i, Float.NEGATIVE_INFINITY);
        Lanes.set(sums + 4L * i, 0);
      }
      int headDim = plan.shape().headDim();
      int kvHead = head / plan.shape().group();
      int end = start + queries;
      int firstBlock = plan.firstKeyBlock(start);
      for (int block = firstBlock; block * AttentionPlan.BLOCK < end; block++) {
        int keyStart = block * AttentionPlan.BLOCK;
        int keys = Math.min(AttentionPlan.BLOCK, end - keyStart);
        long row = (long) firstRow + keyStart;
        Matrix key = plan.head(operands.k, plan.keyStride(), row, kvHead);
        Matrix value = plan.head(operands.v, plan.keyStride(), row, kvHead);
        Matrix score = Matrix.at(scores, AttentionPlan.BLOCK);
        float scale = plan.shape().scale();
        gemm.multiply(queries, keys, headDim, scale, query, key.transpose(), 0, score);
        softmax(scores, maxima, sums, keyStart, keys, block > firstBlock);
        float beta = block > firstBlock ? 1 : 0;
        gemm.multiply(queries, headDim, keys, 1, score, value, beta, result);
      }
      finish(maxima, sums);
    }

    /// Turns scores into weights relative to the new maximum, and rescales what was summed before to it.
    private void softmax(
        long scores, long maxima, long sums, int keyStart, int keys, boolean rescale) {
      for (int i = 0; i < queries; i++) {
        long row = scores + 4L * i * AttentionPlan.BLOCK;
        int from = Math.max(0, plan.firstKey(start + i) - keyStart);
        int to = Math.min(keys, start + i + 1 - keyStart);
        if (from >= to) {
          Elementwise.zero(row, keys);
          continue;
        }
        float before = Lanes.get(maxima + 4L * i);
        float maximum = Softmax.max(row + 4L * from, to - from, before);
        float sum = Softmax.exp(row + 4L * from, to - from, maximum);
        Elementwise.zero(row, from);
        Elementwise.zero(row + 4L * to, keys - to);
        float factor = Exp.of(before - maximum);
        if (rescale && factor != 1) {
          Elementwise.scale(factor, result.addressOf(i, 0), plan.shape().headDim());
        }
        Lanes.set(maxima + 4L * i, maximum);
        Lanes.set(sums + 4L * i, Math.fma(Lanes.get(sums + 4L * i), factor, sum));
      }
    }

    private void finish(long maxima, long sums) {
      int heads = plan.shape().heads();
      for (int i = 0; i < queries; i++) {
        float sum = Lanes.get(sums + 4L * i);
        Elementwise.scale(1 / sum, result.addressOf(i, 0), plan.shape().headDim());
        long row = (long) firstRow + start + i;
        float logSumExp = (float) (Lanes.get(maxima + 4L * i) + Math.log(sum));
        Lanes.set(operands.logSumExp + 4 * (row * heads + head), logSumExp);
      }
    }
  }
}
