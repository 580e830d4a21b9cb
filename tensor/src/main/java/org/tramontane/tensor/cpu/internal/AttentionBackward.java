package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// Derivative of [Attention], with the weights recomputed block by block from the saved log-sum-exp.
///
/// With `P = exp(S - logSumExp)`: `dV = P^T dO`, `dP = dO V^T`, `dS = P * (dP - rowsum(dO * O)) / sqrt(D)`, `dQ = dS K`,
/// `dK = dS^T Q`. One unit of work is one key/value head of one sequence with all query heads that read it, so that no
/// two threads add to the same gradient.
public final class AttentionBackward {
  private static final int BLOCK = AttentionPlan.BLOCK;

  private final Threads threads;
  private final Scratch scratch;
  private final Gemm gemm;

  /// Derivatives whose block products `gemm` does.
  public AttentionBackward(Threads threads, Scratch scratch, Gemm gemm) {
    this.threads = threads;
    this.scratch = scratch;
    this.gemm = gemm;
  }

  /// Writes `dQ`, `dK` and `dV`.
  public void run(
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
    AttentionPlan plan = new AttentionPlan(sequences, shape);
    Operands operands =
        new Operands(
            dOut.data().address(),
            q.data().address(),
            k.data().address(),
            v.data().address(),
            out.data().address(),
            logSumExp.data().address(),
            dQ.data().address(),
            dK.data().address(),
            dV.data().address());
    threads.forEach(
        Math.multiplyExact(sequences.count(), shape.kvHeads()),
        (worker, unit) -> {
          int sequence = unit / shape.kvHeads();
          long floats = 2L * BLOCK * BLOCK + (long) sequences.length(sequence) * shape.group();
          new Unit(plan, operands, sequence, unit % shape.kvHeads(), scratch.of(worker, floats))
              .run();
        });
  }

  /// Addresses of the tensors.
  private record Operands(
      long dOut, long q, long k, long v, long out, long logSumExp, long dQ, long dK, long dV) {}

  /// One key/value head of one sequence.
  private final class Unit {
    private final AttentionPlan plan;
    private final Operands operands;
    private final int kvHead;
    private final int firstRow;
    private final int length;
    private final long weights;
    private final long gradients;
    private final long means;

    Unit(AttentionPlan plan, Operands operands, int sequence, int kvHead, long room) {
      this.plan = plan;
      this.operands = operands;
      this.kvHead = kvHead;
      firstRow = plan.sequences().offset(sequence);
      length = plan.sequences().length(sequence);
      weights = room;
      gradients = weights + 4L * BLOCK * BLOCK;
      means = gradients + 4L * BLOCK * BLOCK;
    }

    void run() {
      computeMeans();
      for (int keyStart = 0; keyStart < length; keyStart += BLOCK) {
        int keys = Math.min(BLOCK, length - keyStart);
        boolean first = true;
        for (int index = 0; index < plan.shape().group(); index++) {
          int queryStart = keyStart;
          while (queryStart < length && plan.firstKey(queryStart) < keyStart + keys) {
            pair(index, queryStart, keyStart, keys, first ? 0 : 1);
            first = false;
            queryStart += BLOCK;
          }
        }
      }
    }

    /// `rowsum(dO * O)`, which is the mean of dP under the weights.
    private void computeMeans() {
      int headDim = plan.shape().headDim();
      for (int index = 0; index < plan.shape().group(); index++) {
        Matrix dO = queryHead(operands.dOut, index, 0);
        Matrix o = queryHead(operands.out, index, 0);
        for (int i = 0; i < length; i++) {
          float mean = Dot.of(dO.addressOf(i, 0), o.addressOf(i, 0), headDim);
          Lanes.set(mean(index, i), mean);
        }
      }
    }

    private long mean(int index, int query) {
      return means + 4 * ((long) index * length + query);
    }

    private Matrix queryHead(long address, int index, int query) {
      int head = kvHead * plan.shape().group() + index;
      return plan.head(address, plan.queryStride(), (long) firstRow + query, head);
    }

    private Matrix keyHead(long address, int key) {
      return plan.head(address, plan.keyStride(), (long) firstRow + key, kvHead);
    }

    /// One block of queries of one head against one block of keys.
    private void pair(int index, int queryStart, int keyStart, int keys, float keyBeta) {
      int headDim = plan.shape().headDim();
      int queries = Math.min(BLOCK, length - queryStart);
      Matrix q = queryHead(operands.q, index, queryStart);
      Matrix dO = queryHead(operands.dOut, index, queryStart);
      Matrix dQ = queryHead(operands.dQ, index, queryStart);
      Matrix k = keyHead(operands.k, keyStart);
      Matrix v = keyHead(operands.v, keyStart);
      Matrix p = Matrix.at(weights, BLOCK);
      Matrix dS = Matrix.at(gradients, BLOCK);
      gemm.multiply(queries, keys, headDim, plan.shape().scale(), q, k.transpose(), 0, p);
      gemm.multiply(queries, keys, headDim, 1, dO, v.transpose(), 0, dS);
      for (int i = 0; i < queries; i++) {
        row(index, queryStart + i, keyStart, keys, p.addressOf(i, 0), dS.addressOf(i, 0));
      }
      float queryBeta = keyStart / BLOCK == plan.firstKeyBlock(queryStart) ? 0 : 1;
      gemm.multiply(
          keys, headDim, queries, 1, p.transpose(), dO, keyBeta, keyHead(operands.dV, keyStart));
      gemm.multiply(
          keys, headDim, queries, 1, dS.transpose(), q, keyBeta, keyHead(operands.dK, keyStart));
      gemm.multiply(queries, headDim, keys, 1, dS, k, queryBeta, dQ);
    }

    /// Scores to weights, and dP to dS, for one query; both 0 where it does not see the key.
    private void row(int index, int query, int keyStart, int keys, long p, long dS) {
      int from = Math.clamp(plan.firstKey(query) - (long) keyStart, 0, keys);
      int to = Math.clamp(query + 1L - keyStart, from, keys);
      int head = kvHead * plan.shape().group() + index;
      long row = (long) firstRow + query;
      float logSumExp = Lanes.get(operands.logSumExp + 4 * (row * plan.shape().heads() + head));
      Softmax.scaledExp(p + 4L * from, to - from, logSumExp, 1);
      Softmax.backward(
          p + 4L * from,
          dS + 4L * from,
          to - from,
          Lanes.get(mean(index, query)),
          plan.shape().scale());
      Elementwise.zero(p, from);
      Elementwise.zero(p + 4L * to, keys - to);
      Elementwise.zero(dS, from);
      Elementwise.zero(dS + 4L * to, keys - to);
    }
  }
}
