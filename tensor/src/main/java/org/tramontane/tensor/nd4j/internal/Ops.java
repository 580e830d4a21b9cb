package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.api.ops.impl.reduce.same.Max;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseDivision;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseSubtraction;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.factory.Nd4j;

/// The operations of ND4J that the kernels are made of. Each writes into an array that is given, and may do so in
/// place.
///
/// What is left out was measured: matrix-vector products only run at full speed with vectors of rank 1; BF16 and F16
/// products are a hundred times slower than widening first; sums and outer products are several times faster as matrix
/// products than as reductions and broadcasts.
final class Ops {
  private Ops() {}

  /// `c = alpha * op(a) op(b) + beta * c` for matrices, matrix times vector, or batches of matrices. Any operand may be
  /// a part of a larger matrix: its rows need not be dense.
  static void product(
      double alpha,
      INDArray a,
      boolean transposeA,
      INDArray b,
      boolean transposeB,
      double beta,
      INDArray c) {
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(a, b)
            .addOutputs(c)
            .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
            .addFloatingPointArguments(alpha, beta)
            .build());
  }

  /// `c = alpha * u v^T + beta * c` for a column `u` and a row `v`.
  static void outer(double alpha, INDArray u, INDArray v, double beta, INDArray c) {
    product(alpha, u, false, v, false, beta, c);
  }

  /// `z = x + y`.
  static void add(INDArray x, INDArray y, INDArray z) {
    x.addi(y, z);
  }

  /// `z = x - y`.
  static void subtract(INDArray x, INDArray y, INDArray z) {
    x.subi(y, z);
  }

  /// `z = x * y`, element by element.
  static void multiply(INDArray x, INDArray y, INDArray z) {
    x.muli(y, z);
  }

  /// `z = x / y`, element by element.
  static void divide(INDArray x, INDArray y, INDArray z) {
    x.divi(y, z);
  }

  /// `z = max(x, y)`, element by element.
  static void max(INDArray x, INDArray y, INDArray z) {
    Nd4j.exec(DynamicCustomOp.builder("maximum").addInputs(x, y).addOutputs(z).build());
  }

  /// `z = factor * x`.
  static void scale(INDArray x, double factor, INDArray z) {
    run(new ScalarMultiplication(x, null, z, factor));
  }

  /// `z = x + term`.
  static void add(INDArray x, double term, INDArray z) {
    run(new ScalarAdd(x, null, z, term));
  }

  /// `z = value - x`.
  static void subtractFrom(double value, INDArray x, INDArray z) {
    run(new ScalarReverseSubtraction(x, null, z, value));
  }

  /// `z = value / x`.
  static void divideInto(double value, INDArray x, INDArray z) {
    run(new ScalarReverseDivision(x, null, z, value));
  }

  /// `z = min(x, limit)`.
  static void min(INDArray x, double limit, INDArray z) {
    run(new ScalarMin(x, null, z, limit));
  }

  /// `z = exp(x)`.
  static void exp(INDArray x, INDArray z) {
    run(new Exp(x, z));
  }

  /// `z = log(x)`.
  static void log(INDArray x, INDArray z) {
    run(new Log(x, z));
  }

  /// `z = sqrt(x)`.
  static void sqrt(INDArray x, INDArray z) {
    run(new org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt(x, z));
  }

  /// `out[i] = max_j x[i, j]`.
  static void rowMax(INDArray x, INDArray out) {
    run(new Max(x, null, out, false, new int[] {1}));
  }

  /// `z[i, j] = x[i, j] * factor[i]`.
  static void scaleRows(INDArray x, INDArray factor, INDArray z) {
    run(new BroadcastMulOp(x, factor, z, 0));
  }

  /// `z = x`, converted to the dtype of `z`.
  static void copy(INDArray x, INDArray z) {
    z.assign(x);
  }

  /// Numbers of rows, for [#gather] and the scatters; to be closed.
  static INDArray indices(int[] rows) {
    return Nd4j.createFromArray(rows);
  }

  /// A vector of these values; to be closed.
  static INDArray vector(float[] values) {
    return Nd4j.createFromArray(values);
  }

  /// `z[i] = table[rows[i]]`.
  static void gather(INDArray table, INDArray rows, INDArray z) {
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(table, rows)
            .addOutputs(z)
            .addIntegerArguments(0)
            .build());
  }

  /// `z[rows[i]] += x[i]`, for repeated rows in the order of `i`.
  static void scatterAdd(INDArray x, INDArray rows, INDArray z) {
    scatter("scatter_add", x, rows, z);
  }

  /// `z[rows[i]] = x[i]`, for distinct rows.
  static void scatter(INDArray x, INDArray rows, INDArray z) {
    scatter("scatter_upd", x, rows, z);
  }

  private static void scatter(String name, INDArray x, INDArray rows, INDArray z) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(z, rows, x)
            .addOutputs(z)
            .addBooleanArguments(true) // lock: one row after the other
            .callInplace(true) // else all of z would be copied onto itself first
            .build());
  }

  /// The dot product of two vectors.
  static double dot(INDArray x, INDArray y) {
    return Nd4j.getBlasWrapper().level1().dot(x.length(), 1, x, y);
  }

  private static void run(Op op) {
    Nd4j.getExecutioner().exec(op);
  }
}
