package org.tramontane.tests.reference;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// [ReferenceMath] behind the [Kernels] interface: tensors are widened to F64, computed on, and rounded back.
public final class ReferenceKernels implements Kernels {

  private static double[] read(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.get(i);
    }
    return values;
  }

  private static void write(double[] values, Tensor tensor) {
    for (int i = 0; i < values.length; i++) {
      tensor.set(i, (float) values[i]);
    }
  }

  private static double[] zeros(Tensor tensor) {
    return new double[Math.toIntExact(tensor.elements())];
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
    double[] result = beta == 0 ? zeros(c) : read(c);
    int k = (int) (transposeA ? a.rows() : a.columns());
    ReferenceMath.matmul(
        read(a),
        transposeA,
        read(b),
        transposeB,
        alpha,
        beta,
        result,
        (int) c.rows(),
        (int) c.columns(),
        k);
    write(result, c);
  }

  @Override
  public void add(Tensor x, Tensor y) {
    for (long i = 0; i < y.elements(); i++) {
      y.set(i, y.get(i) + x.get(i));
    }
  }

  @Override
  public void dropout(Tensor x, float p, long seed, Tensor out) {
    for (long i = 0; i < x.elements(); i++) {
      long z = seed + (i + 1) * 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      double uniform = (z >>> 40) * 0x1p-24;
      out.set(i, uniform < p ? 0 : (float) (x.get(i) / (1.0 - p)));
    }
  }

  @Override
  public void embedding(int[] ids, Tensor table, Tensor out) {
    gatherRows(table, ids, out);
  }

  @Override
  public void embeddingBackward(int[] ids, Tensor dOut, Tensor dTable) {
    scatterAddRows(dOut, ids, dTable);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float eps, Tensor out, Tensor inverseRms) {
    double[] result = zeros(out);
    double[] r = zeros(inverseRms);
    ReferenceMath.rmsNorm(read(x), read(weight), eps, result, r);
    write(result, out);
    write(r, inverseRms);
  }

  @Override
  public void addRmsNorm(
      Tensor x, Tensor delta, Tensor weight, float eps, Tensor sum, Tensor out, Tensor inverseRms) {
    double[] total = read(x);
    double[] addend = read(delta);
    for (int i = 0; i < total.length; i++) {
      total[i] = (float) (total[i] + addend[i]);
    }
    write(total, sum);
    double[] result = zeros(out);
    double[] r = zeros(inverseRms);
    ReferenceMath.rmsNorm(total, read(weight), eps, result, r);
    write(result, out);
    write(r, inverseRms);
  }

  @Override
  public void rmsNormBackward(
      Tensor dOut,
      Tensor x,
      Tensor weight,
      Tensor inverseRms,
      Tensor dX,
      @Nullable Tensor dWeight) {
    double[] dx = read(dX);
    double[] dw = dWeight == null ? zeros(weight) : read(dWeight);
    ReferenceMath.rmsNormBackward(read(dOut), read(x), read(weight), read(inverseRms), dx, dw);
    write(dx, dX);
    if (dWeight != null) {
      write(dw, dWeight);
    }
  }

  @Override
  public void rope(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    double[] values = read(x);
    int heads = (int) (x.columns() / table.headDim());
    ReferenceMath.rope(
        values, heads, table.headDim(), positions, read(table.cos()), read(table.sin()), inverse);
    write(values, x);
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
    double[] result = zeros(out);
    double[] lse = zeros(logSumExp);
    ReferenceMath.attention(read(q), read(k), read(v), sequences, shape, result, lse);
    write(result, out);
    write(lse, logSumExp);
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
    double[] dq = zeros(dQ);
    double[] dk = zeros(dK);
    double[] dv = zeros(dV);
    ReferenceMath.attentionBackward(
        read(dOut),
        read(q),
        read(k),
        read(v),
        read(out),
        read(logSumExp),
        sequences,
        shape,
        dq,
        dk,
        dv);
    write(dq, dQ);
    write(dk, dK);
    write(dv, dV);
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up, Tensor out) {
    double[] result = zeros(out);
    ReferenceMath.swiGlu(read(gate), read(up), result);
    write(result, out);
  }

  @Override
  public void swiGluBackward(Tensor dOut, Tensor gate, Tensor up, Tensor dGate, Tensor dUp) {
    double[] dg = zeros(dGate);
    double[] du = zeros(dUp);
    ReferenceMath.swiGluBackward(read(dOut), read(gate), read(up), dg, du);
    write(dg, dGate);
    write(du, dUp);
  }

  @Override
  public void gatherRows(Tensor x, int[] indices, Tensor out) {
    long columns = x.columns();
    for (int i = 0; i < indices.length; i++) {
      for (long c = 0; c < columns; c++) {
        out.set(i * columns + c, x.get(indices[i] * columns + c));
      }
    }
  }

  @Override
  public void scatterAddRows(Tensor dOut, int[] indices, Tensor dX) {
    double[] sums = read(dX);
    int columns = (int) dX.columns();
    for (int i = 0; i < indices.length; i++) {
      for (int c = 0; c < columns; c++) {
        sums[indices[i] * columns + c] += dOut.get((long) i * columns + c);
      }
    }
    write(sums, dX);
  }

  @Override
  public void tokenLogProb(Tensor x, Tensor head, int[] targets, Tensor logProb, Tensor logSumExp) {
    double[] result = zeros(logProb);
    double[] lse = zeros(logSumExp);
    ReferenceMath.tokenLogProb(read(x), read(head), (int) x.columns(), targets, result, lse);
    write(result, logProb);
    write(lse, logSumExp);
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
    double[] dx = zeros(dX);
    double[] dh = dHead == null ? zeros(head) : read(dHead);
    ReferenceMath.tokenLogProbBackward(
        read(dLogProb), read(x), read(head), (int) x.columns(), targets, read(logSumExp), dx, dh);
    write(dx, dX);
    if (dHead != null) {
      write(dh, dHead);
    }
  }

  @Override
  public void cacheAppend(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    long ring = cache.shape().extent(1);
    long columns = rows.columns();
    for (int i = 0; i < slots.length; i++) {
      for (long c = 0; c < columns; c++) {
        cache.set((slots[i] * ring + positions[i] % ring) * columns + c, rows.get(i * columns + c));
      }
    }
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
    int ring = Math.toIntExact(keys.shape().extent(1));
    int columns = (int) keys.columns();
    double[] queries = read(q);
    double[] allKeys = read(keys);
    double[] allValues = read(values);
    for (int i = 0; i < slots.length; i++) {
      // Unrolls the ring into the plain sequence that ends at the token, and asks plain attention
      // for its last row.
      int visible = Math.min(Math.min(shape.window(), ring), positions[i] + 1);
      double[] k = new double[visible * columns];
      double[] v = new double[visible * columns];
      double[] padded = new double[visible * shape.heads() * shape.headDim()];
      for (int j = 0; j < visible; j++) {
        int position = positions[i] - visible + 1 + j;
        int from = (slots[i] * ring + position % ring) * columns;
        System.arraycopy(allKeys, from, k, j * columns, columns);
        System.arraycopy(allValues, from, v, j * columns, columns);
      }
      int width = shape.heads() * shape.headDim();
      System.arraycopy(queries, i * width, padded, (visible - 1) * width, width);
      double[] result = new double[padded.length];
      ReferenceMath.attention(
          padded,
          k,
          v,
          Sequences.ofLengths(visible),
          shape,
          result,
          new double[visible * shape.heads()]);
      write(Arrays.copyOfRange(result, (visible - 1) * width, visible * width), out.rows(i, i + 1));
    }
  }

  @Override
  public int[] argMax(Tensor x) {
    int columns = (int) x.columns();
    double[] values = read(x);
    int[] indices = new int[(int) x.rows()];
    for (int row = 0; row < indices.length; row++) {
      double[] elements = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
      int nan = 0;
      while (nan < columns && !Double.isNaN(elements[nan])) {
        nan++;
      }
      // From the last to the first: whoever is not smaller takes the place.
      int best = columns - 1;
      for (int c = columns - 2; c >= 0; c--) {
        if (elements[c] >= elements[best]) {
          best = c;
        }
      }
      indices[row] = nan < columns ? -1 - nan : best;
    }
    return indices;
  }

  @Override
  public void adamW(
      Tensor param, Tensor grad, Tensor m, Tensor v, AdamWStep step, float gradScale) {
    double correction1 = 1 - Math.pow(step.beta1(), (double) step.step());
    double correction2 = 1 - Math.pow(step.beta2(), (double) step.step());
    for (long i = 0; i < param.elements(); i++) {
      double g = (double) gradScale * grad.get(i);
      double first = step.beta1() * m.get(i) + (1 - step.beta1()) * g;
      double second = step.beta2() * v.get(i) + (1 - step.beta2()) * g * g;
      double decayed = param.get(i) * (1 - step.learningRate() * step.weightDecay());
      double update = first / correction1 / (Math.sqrt(second / correction2) + step.eps());
      param.set(i, (float) (decayed - step.learningRate() * update));
      m.set(i, (float) first);
      v.set(i, (float) second);
    }
  }

  @Override
  public double sumOfSquares(Tensor x) {
    double sum = 0;
    for (double value : read(x)) {
      sum += value * value;
    }
    return sum;
  }
}
