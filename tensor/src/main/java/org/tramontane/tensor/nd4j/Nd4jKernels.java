package org.tramontane.tensor.nd4j;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.internal.DropoutMask;
import org.tramontane.tensor.internal.LargestElement;
import org.tramontane.tensor.nd4j.internal.Attention;
import org.tramontane.tensor.nd4j.internal.Decode;
import org.tramontane.tensor.nd4j.internal.Elementwise;
import org.tramontane.tensor.nd4j.internal.Library;
import org.tramontane.tensor.nd4j.internal.LogProb;
import org.tramontane.tensor.nd4j.internal.MatMul;
import org.tramontane.tensor.nd4j.internal.Memory;
import org.tramontane.tensor.nd4j.internal.Norm;
import org.tramontane.tensor.nd4j.internal.Rope;
import org.tramontane.tensor.nd4j.internal.Rows;
import org.tramontane.tensor.nd4j.internal.Scratch;

/// [Kernels] on ND4J: hands the operands to one class per concept, and says which of them were written.
///
/// [CheckedKernels] in front of it checks the operands, keeps them reachable, and lets one kernel at a time run.
final class Nd4jKernels implements Kernels, AutoCloseable {
  /// Multiply-adds that take one thread about a millisecond.
  private static final double LARGE_PRODUCT = 1 << 25;

  /// Elements of a weight that take one thread about a millisecond to read.
  private static final double LARGE_WEIGHT = 1 << 21;

  private final Library library;
  private final int threads;
  private final Memory memory;
  private final Scratch scratch = new Scratch();
  private final MatMul matMul;
  private final Elementwise elementwise;
  private final Rows rows;
  private final Norm norm;
  private final Rope rope;
  private final Attention attention;
  private final LogProb logProb;
  private final Decode decode;

  Nd4jKernels(Library library, int threads) {
    this.library = library;
    this.threads = threads;
    memory = new Memory(library.onDevice());
    matMul = new MatMul(memory, scratch);
    elementwise = new Elementwise(memory, scratch);
    rows = new Rows(memory, scratch);
    norm = new Norm(memory, scratch);
    rope = new Rope(memory, scratch);
    attention = new Attention(memory, scratch);
    logProb = new LogProb(memory, scratch, rows);
    decode = new Decode(memory, scratch);
  }

  /// Runs one kernel whose matrix products are small.
  ///
  /// @param written the tensors that it writes; null where one was not wanted
  private void run(Runnable kernel, @Nullable Tensor... written) {
    run(1, kernel, written);
  }

  private void run(int productThreads, Runnable kernel, @Nullable Tensor... written) {
    library.run(
        threads,
        productThreads,
        () -> {
          kernel.run();
          memory.finish(written);
        });
  }

  /// How many threads a product of `[m, k]` and `[k, n]` is worth. OpenBLAS would wake them for far less, and then waits
  /// for the slowest, which on a busy machine may not run for milliseconds.
  private int productThreads(long m, long n, long k) {
    double weight = (double) n * (double) k;
    return (double) m * weight >= LARGE_PRODUCT || weight >= LARGE_WEIGHT ? threads : 1;
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
    long m = transposeA ? a.columns() : a.rows();
    long k = transposeA ? a.rows() : a.columns();
    long n = transposeB ? b.rows() : b.columns();
    run(
        productThreads(m, n, k),
        () -> matMul.run(m, n, k, a, transposeA, b, transposeB, alpha, beta, c),
        c);
  }

  @Override
  public void add(Tensor x, Tensor y) {
    run(() -> elementwise.add(x, y), y);
  }

  /// On the host, where all memory is between kernels: ND4J has no generator whose bits every backend could share.
  @Override
  public void dropout(Tensor x, float p, long seed, Tensor out) {
    DropoutMask.apply(x, p, seed, out, 0, x.elements());
  }

  @Override
  public void embedding(int[] ids, Tensor table, Tensor out) {
    run(() -> rows.gather(table, ids, out), out);
  }

  @Override
  public void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable) {
    run(() -> rows.scatterAdd(dOut, ids, dTable), dTable);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    run(() -> norm.forward(x, weight, eps, out, inverseRms), out, inverseRms);
  }

  @Override
  public void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    run(() -> norm.addForward(x, delta, weight, eps, sum, out, inverseRms), sum, out, inverseRms);
  }

  @Override
  public void rmsNormBackward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    run(() -> norm.backward(dOut, x, weight, inverseRms, dX, dWeight), dX, dWeight);
  }

  @Override
  public void rope(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    run(() -> rope.run(x, positions, table, inverse), x);
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
    run(() -> attention.forward(q, k, v, sequences, shape, out, logSumExp), out, logSumExp);
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
    run(
        () -> attention.backward(dOut, q, k, v, out, logSumExp, sequences, shape, dQ, dK, dV),
        dQ,
        dK,
        dV);
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up, Tensor out) {
    run(() -> elementwise.swiGlu(gate, up, out), out);
  }

  @Override
  public void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    run(() -> elementwise.swiGluBackward(dOut, gate, up, dGate, dUp), dGate, dUp);
  }

  @Override
  public void gatherRows(Tensor x, int[] indices, Tensor out) {
    run(() -> rows.gather(x, indices, out), out);
  }

  @Override
  public void scatterAddRows(Tensor dOut, int[] indices, Tensor dX) {
    run(() -> rows.scatterAdd(dOut, indices, dX), dX);
  }

  @Override
  public void tokenLogProb(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    run(
        productThreads(targets.length, head.rows(), head.columns()),
        () -> this.logProb.forward(x, head, targets, logProb, logSumExp),
        logProb,
        logSumExp);
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
    run(
        productThreads(targets.length, head.rows(), head.columns()),
        () -> logProb.backward(dLogProb, x, head, targets, logSumExp, dX, dHead),
        dX,
        dHead);
  }

  @Override
  public void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    run(() -> this.rows.append(rows, slots, positions, cache), cache);
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
    run(() -> decode.run(q, keys, values, slots, positions, shape, out), out);
  }

  /// On the host, where all memory is between kernels: what comes back is for the host.
  @Override
  public int[] argMax(Tensor x) {
    MemorySegment data = x.readOnlyData();
    int columns = Math.toIntExact(x.columns());
    int[] indices = new int[Math.toIntExact(x.rows())];
    Arrays.setAll(indices, row -> LargestElement.index(data, 4L * row * columns, columns));
    return indices;
  }

  @Override
  public void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    run(() -> elementwise.adamW(param, grad, m, v, step, gradScale), param, m, v);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    double[] sum = new double[1];
    run(() -> sum[0] = elementwise.sumOfSquares(x));
    return sum[0];
  }

  @Override
  public void close() {
    attention.close();
    scratch.close();
    memory.close();
  }
}
