package org.tramontane.tensor.cpu;

import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.internal.AdamW;
import org.tramontane.tensor.cpu.internal.Attention;
import org.tramontane.tensor.cpu.internal.AttentionBackward;
import org.tramontane.tensor.cpu.internal.Decode;
import org.tramontane.tensor.cpu.internal.Elementwise;
import org.tramontane.tensor.cpu.internal.Gemm;
import org.tramontane.tensor.cpu.internal.LogProb;
import org.tramontane.tensor.cpu.internal.MatMul;
import org.tramontane.tensor.cpu.internal.Norm;
import org.tramontane.tensor.cpu.internal.Rope;
import org.tramontane.tensor.cpu.internal.Rows;
import org.tramontane.tensor.cpu.internal.Scratch;
import org.tramontane.tensor.cpu.internal.Sums;
import org.tramontane.tensor.cpu.internal.SwiGlu;
import org.tramontane.tensor.cpu.internal.Threads;
import org.tramontane.tensor.internal.DropoutMask;

/// [Kernels] on the CPU: hands the operands to one class per concept.
///
/// Kernels below this class name memory by address and share threads and scratch memory: [CheckedKernels] in front of
/// it checks the operands, keeps them reachable, and lets one kernel at a time run.
final class CpuKernels implements Kernels {
  private final Threads threads;
  private final Scratch scratch;
  private final MatMul matMul;
  private final Rows rows;
  private final Norm norm;
  private final Attention attention;
  private final AttentionBackward attentionBackward;
  private final LogProb logProb;
  private final Decode decode;

  CpuKernels(Threads threads, Scratch scratch, Gemm gemm) {
    this.threads = threads;
    this.scratch = scratch;
    matMul = new MatMul(threads, scratch, gemm);
    rows = new Rows(threads);
    norm = new Norm(threads, scratch);
    attention = new Attention(threads, scratch, gemm);
    attentionBackward = new AttentionBackward(threads, scratch, gemm);
    logProb = new LogProb(threads, scratch, gemm);
    decode = new Decode(threads, scratch);
  }

  @Override
  public void matmul(
      Tensor a,
      boolean transposeA,
      Tensor b,
      boolean transposeB,
      float alpha,
      float beta,
      Tensor c) {
    int m = Math.toIntExact(transposeA ? a.columns() : a.rows());
    int k = Math.toIntExact(transposeA ? a.rows() : a.columns());
    int n = Math.toIntExact(transposeB ? b.rows() : b.columns());
    matMul.run(m, n, k, a, transposeA, b, transposeB, alpha, beta, c);
  }

  @Override
  public void add(Tensor x, Tensor y) {
    Elementwise.add(threads, x, y);
  }

  @Override
  public void dropout(Tensor x, float p, long seed, Tensor out) {
    threads.split(
        x.elements(), 1 << 14, (worker, from, to) -> DropoutMask.apply(x, p, seed, out, from, to));
  }

  @Override
  public void embedding(int[] ids, Tensor table, Tensor out) {
    rows.gather(table, ids, out);
  }

  @Override
  public void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable) {
    rows.scatterAdd(dOut, ids, dTable);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    norm.forward(x, weight, eps, out, inverseRms);
  }

  @Override
  public void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    norm.addForward(x, delta, weight, eps, sum, out, inverseRms);
  }

  @Override
  public void rmsNormBackward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    norm.backward(dOut, x, weight, inverseRms, dX, dWeight);
  }

  @Override
  public void rope(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    Rope.run(threads, x, positions, table, inverse);
  }

  @Override
  public void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      Sequences sequences,
      AttentionShape shape,
      Tensor out,
      Tensor logSumExp) {
    attention.run(q, k, v, sequences, shape, out, logSumExp);
  }

  @Override
  public void attentionBackward(
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
    attentionBackward.run(dOut, q, k, v, out, logSumExp, sequences, shape, dQ, dK, dV);
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up, Tensor out) {
    SwiGlu.forward(threads, gate, up, out);
  }

  @Override
  public void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    SwiGlu.backward(threads, scratch, dOut, gate, up, dGate, dUp);
  }

  @Override
  public void gatherRows(Tensor x, int[] indices, Tensor out) {
    rows.gather(x, indices, out);
  }

  @Override
  public void scatterAddRows(Tensor dOut, int[] indices, Tensor dX) {
    rows.scatterAdd(dOut, indices, dX);
  }

  @Override
  public void tokenLogProb(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    this.logProb.forward(x, head, targets, logProb, logSumExp);
  }

  @Override
  public void tokenLogProbBackward(
      Tensor dLogProb,
      Tensor x,
      Tensor head,
      int[] targets,
      Tensor logSumExp,
      Tensor dX,
      @Nullable Tensor dHead) {
    logProb.backward(dLogProb, x, head, targets, logSumExp, dX, dHead);
  }

  @Override
  public void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    this.rows.append(rows, slots, positions, cache);
  }

  @Override
  public void decodeAttention(
      Tensor q,
      Tensor keys,
      Tensor values,
      int[] slots,
      int[] positions,
      AttentionShape shape,
      Tensor out) {
    decode.run(q, keys, values, slots, positions, shape, out);
  }

  @Override
  public int[] argMax(Tensor x) {
    return rows.argMax(x);
  }

  @Override
  public void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    AdamW.run(threads, param, grad, m, v, step, gradScale);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    return Sums.squares(threads, x);
  }
}
