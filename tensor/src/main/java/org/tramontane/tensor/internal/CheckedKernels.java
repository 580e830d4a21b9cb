package org.tramontane.tensor.internal;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// [Kernels] that check their operands before they hand them on, let one kernel at a time run, and keep the operands'
/// memory reachable until it has returned.
///
/// Behind it a backend may name memory by address and use scratch memory of its own.
public final class CheckedKernels implements Kernels {
  private final Kernels kernels;

  /// Checks in front of `kernels`.
  public CheckedKernels(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public synchronized void matmul(
      Tensor a,
      boolean transposeA,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Tensor c) {
    int m = Checks.size("rows of op(a)", transposeA ? a.columns() : a.rows());
    int k = Checks.size("columns of op(a)", transposeA ? a.rows() : a.columns());
    int n = Checks.size("columns of op(b)", transposeB ? b.rows() : b.columns());
    Checks.f32("a", a);
    Checks.weight("b", b, transposeB ? n : k, transposeB ? k : n);
    Checks.matrix("c", c, m, n);
    kernels.matmul(a, transposeA, b, transposeB, alpha, beta, c);
    keep(a, b, c);
  }

  @Override
  public synchronized void add(Tensor x, Tensor y) {
    Checks.f32("x", x);
    Checks.vector("y", y, x.elements());
    kernels.add(x, y);
    keep(x, y);
  }

  @Override
  public synchronized void dropout(Tensor x, float p, long seed, Tensor out) {
    Checks.f32("x", x);
    Checks.matrix("out", out, x.rows(), x.columns());
    Checks.require(p >= 0 && p < 1, "p = " + p + "; allowed: at least 0 and below 1");
    kernels.dropout(x, p, seed, out);
    keep(x, out);
  }

  @Override
  public synchronized void embedding(int[] ids, Tensor table, Tensor out) {
    Checks.matrix("out", out, ids.length, table.columns());
    Checks.range("ids", ids, table.rows());
    kernels.embedding(ids, table, out);
    keep(table, out);
  }

  @Override
  public synchronized void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable) {
    Checks.f32("dTable", dTable);
    Checks.matrix("dOut", dOut, ids.length, dTable.columns());
    Checks.range("ids", ids, dTable.rows());
    kernels.embeddingBackward(ids, dOut, dTable);
    keep(dOut, dTable);
  }

  @Override
  public synchronized void rmsNorm(
      Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    Checks.f32("x", x);
    Checks.weightVector("weight", weight, x.columns());
    Checks.matrix("out", out, x.rows(), x.columns());
    Checks.vector("inverseRms", inverseRms, x.rows());
    kernels.rmsNorm(x, weight, eps, out, inverseRms);
    keep(x, weight, out, inverseRms);
  }

  @Override
  public synchronized void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    Checks.f32("x", x);
    Checks.matrix("delta", delta, x.rows(), x.columns());
    Checks.weightVector("weight", weight, x.columns());
    Checks.matrix("sum", sum, x.rows(), x.columns());
    Checks.matrix("out", out, x.rows(), x.columns());
    Checks.vector("inverseRms", inverseRms, x.rows());
    kernels.addRmsNorm(x, delta, weight, eps, sum, out, inverseRms);
    keep(x, delta, weight, sum, out, inverseRms);
  }

  @Override
  public synchronized void rmsNormBackward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    Checks.f32("x", x);
    Checks.matrix("dOut", dOut, x.rows(), x.columns());
    Checks.weightVector("weight", weight, x.columns());
    Checks.vector("inverseRms", inverseRms, x.rows());
    Checks.matrix("dX", dX, x.rows(), x.columns());
    if (dWeight != null) {
      Checks.vector("dWeight", dWeight, x.columns());
    }
    kernels.rmsNormBackward(dOut, x, weight, inverseRms, dX, dWeight);
    keep(dOut, x, weight, inverseRms, dX, dWeight);
  }

  @Override
  public synchronized void rope(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    Checks.f32("x", x);
    Checks.count("positions", positions, x.rows());
    Checks.require(
        x.columns() % table.headDim() == 0,
        "x has shape " + x.shape() + "; expected columns in multiples of " + table.headDim());
    Checks.range("positions", positions, table.positions());
    kernels.rope(x, positions, table, inverse);
    keep(x, table.cos(), table.sin());
  }

  @Override
  public synchronized void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp) {
    long queryColumns = (long) shape.heads() * shape.headDim();
    long keyColumns = (long) shape.kvHeads() * shape.headDim();
    Checks.matrix("q", q, sequences.tokens(), queryColumns);
    Checks.matrix("k", k, sequences.tokens(), keyColumns);
    Checks.matrix("v", v, sequences.tokens(), keyColumns);
    Checks.matrix("out", out, sequences.tokens(), queryColumns);
    Checks.matrix("logSumExp", logSumExp, sequences.tokens(), shape.heads());
    kernels.attention(q, k, v, sequences, shape, out, logSumExp);
    keep(q, k, v, out, logSumExp);
  }

  @Override
  public synchronized void attentionBackward(
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
    long queryColumns = (long) shape.heads() * shape.headDim();
    long keyColumns = (long) shape.kvHeads() * shape.headDim();
    Checks.matrix("dOut", dOut, sequences.tokens(), queryColumns);
    Checks.matrix("q", q, sequences.tokens(), queryColumns);
    Checks.matrix("k", k, sequences.tokens(), keyColumns);
    Checks.matrix("v", v, sequences.tokens(), keyColumns);
    Checks.matrix("out", out, sequences.tokens(), queryColumns);
    Checks.matrix("logSumExp", logSumExp, sequences.tokens(), shape.heads());
    Checks.matrix("dQ", dQ, sequences.tokens(), queryColumns);
    Checks.matrix("dK", dK, sequences.tokens(), keyColumns);
    Checks.matrix("dV", dV, sequences.tokens(), keyColumns);
    kernels.attentionBackward(dOut, q, k, v, out, logSumExp, sequences, shape, dQ, dK, dV);
    keep(dOut, q, k, v, out, logSumExp, dQ, dK, dV);
  }

  @Override
  public synchronized void swiGlu(Tensor gate, Tensor up, Tensor out) {
    Checks.f32("gate", gate);
    Checks.matrix("up", up, gate.rows(), gate.columns());
    Checks.matrix("out", out, gate.rows(), gate.columns());
    kernels.swiGlu(gate, up, out);
    keep(gate, up, out);
  }

  @Override
  public synchronized void swiGluBackward(
      Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    Checks.f32("gate", gate);
    Checks.matrix("dOut", dOut, gate.rows(), gate.columns());
    Checks.matrix("up", up, gate.rows(), gate.columns());
    Checks.matrix("dGate", dGate, gate.rows(), gate.columns());
    Checks.matrix("dUp", dUp, gate.rows(), gate.columns());
    kernels.swiGluBackward(dOut, gate, up, dGate, dUp);
    keep(dOut, gate, up, dGate, dUp);
  }

  @Override
  public synchronized void gatherRows(Tensor x, int[] indices, Tensor out) {
    Checks.f32("x", x);
    Checks.matrix("out", out, indices.length, x.columns());
    Checks.range("indices", indices, x.rows());
    kernels.gatherRows(x, indices, out);
    keep(x, out);
  }

  @Override
  public synchronized void scatterAddRows(Tensor dOut, int[] indices, Tensor dX) {
    Checks.f32("dX", dX);
    Checks.matrix("dOut", dOut, indices.length, dX.columns());
    Checks.range("indices", indices, dX.rows());
    kernels.scatterAddRows(dOut, indices, dX);
    keep(dOut, dX);
  }

  @Override
  public synchronized void tokenLogProb(
      Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    Checks.matrix("x", x, targets.length, head.columns());
    Checks.range("targets", targets, head.rows());
    Checks.vector("logProb", logProb, targets.length);
    Checks.vector("logSumExp", logSumExp, targets.length);
    kernels.tokenLogProb(x, head, targets, logProb, logSumExp);
    keep(x, head, logProb, logSumExp);
  }

  @Override
  public synchronized void tokenLogProbBackward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead) {
    Checks.matrix("x", x, targets.length, head.columns());
    Checks.range("targets", targets, head.rows());
    Checks.vector("dLogProb", dLogProb, targets.length);
    Checks.vector("logSumExp", logSumExp, targets.length);
    Checks.matrix("dX", dX, targets.length, head.columns());
    if (dHead != null) {
      Checks.matrix("dHead", dHead, head.rows(), head.columns());
    }
    kernels.tokenLogProbBackward(dLogProb, x, head, targets, logSumExp, dX, dHead);
    keep(dLogProb, x, head, logSumExp, dX, dHead);
  }

  @Override
  public synchronized void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    checkCache("cache", cache, rows.columns());
    Checks.matrix("rows", rows, slots.length, rows.columns());
    Checks.range("slots", slots, cache.shape().extent(0));
    Checks.count("positions", positions, slots.length);
    Checks.range("positions", positions, 1L << 31);
    kernels.cacheAppend(rows, slots, positions, cache);
    keep(rows, cache);
  }

  @Override
  public synchronized void decodeAttention(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    long queryColumns = (long) shape.heads() * shape.headDim();
    Checks.matrix("q", q, slots.length, queryColumns);
    checkCache("keys", keys, (long) shape.kvHeads() * shape.headDim());
    Checks.matrix("values", values, keys.rows(), keys.columns());
    Checks.range("slots", slots, keys.shape().extent(0));
    Checks.count("positions", positions, slots.length);
    Checks.range("positions", positions, 1L << 31);
    Checks.matrix("out", out, slots.length, queryColumns);
    kernels.decodeAttention(q, keys, values, slots, positions, shape, out);
    keep(q, keys, values, out);
  }

  @Override
  public synchronized int[] argMax(Tensor x) {
    Checks.f32("x", x);
    Checks.size("rows of x", x.rows());
    Checks.size("columns of x", x.columns());
    Checks.require(x.columns() > 0, "x has shape " + x.shape() + "; expected at least one column");
    int[] indices = kernels.argMax(x);
    keep(x);
    return indices;
  }

  @Override
  public synchronized void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    Checks.f32("param", param);
    Checks.matrix("grad", grad, param.rows(), param.columns());
    Checks.matrix("m", m, param.rows(), param.columns());
    Checks.matrix("v", v, param.rows(), param.columns());
    kernels.adamW(param, grad, m, v, step, gradScale);
    keep(param, grad, m, v);
  }

  @Override
  public synchronized double sumOfSquares(Tensor x) {
    Checks.f32("x", x);
    double sum = kernels.sumOfSquares(x);
    keep(x);
    return sum;
  }

  private static void checkCache(String name, Tensor cache, long columns) {
    Checks.f32(name, cache);
    Checks.require(
        cache.shape().rank() == 3 && cache.columns() == columns && cache.shape().extent(1) > 0,
        name + " has shape " + cache.shape() + "; expected [caches, slots, " + columns + "]");
  }

  /// Keeps the owners of the memory that a kernel used reachable until it has returned.
  @SuppressWarnings(
      "ReachabilityFenceUsage") // called behind the last use; after a failure nothing reads on
  private static void keep(@Nullable Tensor... operands) {
    Reference.reachabilityFence(operands);
  }
}
