package org.tramontane.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

/// Confirms every derivative of the reference by central differences of its forward pass.
class ReferenceMathTest {
  private final SplittableRandom random = new SplittableRandom(1);
  private final Kernels kernels = new ReferenceKernels();

  private double[] normal(int length) {
    return random.doubles(length).map(_ -> random.nextGaussian()).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// Compares `gradient` with the differences of `objective` in each element of `parameter`.
  private static void confirm(
      String what, double[] parameter, double[] gradient, Supplier<Double> objective) {
    double step = 1e-5;
    for (int i = 0; i < parameter.length; i++) {
      double kept = parameter[i];
      parameter[i] = kept + step;
      double above = objective.get();
      parameter[i] = kept - step;
      double below = objective.get();
      parameter[i] = kept;
      double expected = (above - below) / (2 * step);
      assertThat(Math.abs(gradient[i] - expected))
          .as("%s[%d] = %s, by differences %s", what, i, gradient[i], expected)
          .isLessThan(1e-7 * Math.max(1, Math.abs(expected)));
    }
  }

  @Test
  void rmsNorm() {
    double[] x = normal(3 * 5);
    double[] weight = normal(5);
    double[] dOut = normal(15);
    double[] r = new double[3];
    double[] out = new double[15];
    Supplier<Double> objective =
        () -> {
          ReferenceMath.rmsNorm(x, weight, 1e-5, out, r);
          return dot(out, dOut);
        };
    assertThat(objective.get()).isFinite();
    double[] dX = new double[15];
    double[] dWeight = new double[5];
    ReferenceMath.rmsNormBackward(dOut, x, weight, r.clone(), dX, dWeight);
    confirm("dX", x, dX, objective);
    confirm("dWeight", weight, dWeight, objective);
  }

  @Test
  void attention() {
    Sequences sequences = Sequences.ofLengths(5, 1, 7);
    AttentionShape shape = new AttentionShape(4, 2, 6, 3);
    int t = sequences.tokens();
    double[] q = normal(t * 24);
    double[] k = normal(t * 12);
    double[] v = normal(t * 12);
    double[] dOut = normal(t * 24);
    double[] out = new double[t * 24];
    double[] lse = new double[t * 4];
    Supplier<Double> objective =
        () -> {
          ReferenceMath.attention(q, k, v, sequences, shape, out, lse);
          return dot(out, dOut);
        };
    assertThat(objective.get()).isFinite();
    double[] dQ = new double[q.length];
    double[] dK = new double[k.length];
    double[] dV = new double[v.length];
    ReferenceMath.attentionBackward(
        dOut, q, k, v, out.clone(), lse.clone(), sequences, shape, dQ, dK, dV);
    confirm("dQ", q, dQ, objective);
    confirm("dK", k, dK, objective);
    confirm("dV", v, dV, objective);
  }

  @Test
  void rotationBackUndoesRotation() {
    double[] cos = {1, 1, 1, Math.cos(0.3), Math.cos(0.2), Math.cos(0.1)};
    double[] sin = {0, 0, 0, Math.sin(0.3), Math.sin(0.2), Math.sin(0.1)};
    double[] x = normal(2 * 12);
    double[] original = x.clone();
    ReferenceMath.rope(x, 2, 6, new int[] {1, 0}, cos, sin, false);
    assertThat(x[0]).isEqualTo(original[0] * cos[3] - original[3] * sin[3]);
    assertThat(x[3]).isEqualTo(original[3] * cos[3] + original[0] * sin[3]);
    ReferenceMath.rope(x, 2, 6, new int[] {1, 0}, cos, sin, true);
    assertThat(x).containsExactly(original, offset(1e-14));
  }

  @Test
  void swiGlu() {
    double[] gate = normal(9);
    double[] up = normal(9);
    double[] dOut = normal(9);
    double[] out = new double[9];
    Supplier<Double> objective =
        () -> {
          ReferenceMath.swiGlu(gate, up, out);
          return dot(out, dOut);
        };
    double[] dGate = new double[9];
    double[] dUp = new double[9];
    ReferenceMath.swiGluBackward(dOut, gate, up, dGate, dUp);
    confirm("dGate", gate, dGate, objective);
    confirm("dUp", up, dUp, objective);
  }

  @Test
  void tokenLogProb() {
    double[] x = normal(4 * 6);
    double[] head = normal(10 * 6);
    int[] targets = {3, 0, 9, 3};
    double[] dLogProb = normal(4);
    double[] logProb = new double[4];
    double[] lse = new double[4];
    Supplier<Double> objective =
        () -> {
          ReferenceMath.tokenLogProb(x, head, 6, targets, logProb, lse);
          return dot(logProb, dLogProb);
        };
    assertThat(objective.get()).isFinite();
    double[] dX = new double[24];
    double[] dHead = new double[60];
    ReferenceMath.tokenLogProbBackward(dLogProb, x, head, 6, targets, lse.clone(), dX, dHead);
    confirm("dX", x, dX, objective);
    confirm("dHead", head, dHead, objective);
  }

  /// Linear kernels on F32 tensors of small integers, where differences with a step of 1 are exact.
  private static void confirmLinear(
      String what, Tensor parameter, Tensor gradient, Supplier<Double> objective) {
    for (long i = 0; i < parameter.elements(); i++) {
      float kept = parameter.get(i);
      parameter.set(i, kept + 1);
      double above = objective.get();
      parameter.set(i, kept - 1);
      double below = objective.get();
      parameter.set(i, kept);
      assertThat((double) gradient.get(i)).as("%s[%d]", what, i).isEqualTo((above - below) / 2);
    }
  }

  private Tensor integers(Arena arena, long... extents) {
    Tensor tensor = Tensor.allocate(arena, extents);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.set(i, random.nextInt(-8, 9));
    }
    return tensor;
  }

  private static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (long i = 0; i < a.elements(); i++) {
      sum += (double) a.get(i) * b.get(i);
    }
    return sum;
  }

  /// The derivatives of a linear layer `y = x W^T` as [Kernels#matmul] gives them: `dX = dY W`, `dW += dY^T X`.
  @Test
  void linearLayer() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor x = integers(arena, 4, 5);
      Tensor w = integers(arena, 3, 5);
      Tensor dY = integers(arena, 4, 3);
      Tensor y = integers(arena, 4, 3);
      Tensor dX = Tensor.allocate(arena, 4, 5).fill(Float.NaN);
      Tensor dW = Tensor.allocate(arena, 3, 5).fill(0);
      kernels.matmul(dY, false, w, false, 1, 0, dX);
      kernels.matmul(dY, true, x, false, 1, 1, dW);
      Supplier<Double> objective =
          () -> {
            kernels.matmul(x, false, w, true, 1, 0, y);
            return dot(y, dY);
          };
      confirmLinear("dX", x, dX, objective);
      confirmLinear("dW", w, dW, objective);
    }
  }

  @Test
  void embeddingAndGatheredRows() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor table = integers(arena, 6, 3);
      int[] ids = {5, 0, 5, 2};
      Tensor out = integers(arena, 4, 3);
      Tensor dOut = integers(arena, 4, 3);
      Tensor dTable = Tensor.allocate(arena, 6, 3).fill(0);
      kernels.embeddingBackward(ids, dOut, dTable);
      confirmLinear(
          "dTable",
          table,
          dTable,
          () -> {
            kernels.embedding(ids, table, out);
            return dot(out, dOut);
          });
      int[] distinct = {4, 1, 3, 0};
      Tensor dX = Tensor.allocate(arena, 6, 3).fill(0);
      kernels.scatterAddRows(dOut, distinct, dX);
      confirmLinear(
          "dX",
          table,
          dX,
          () -> {
            kernels.gatherRows(table, distinct, out);
            return dot(out, dOut);
          });
    }
  }

  @Test
  void dropoutIsItsOwnDerivative() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor x = integers(arena, 5, 7);
      Tensor out = integers(arena, 5, 7);
      Tensor dOut = integers(arena, 5, 7);
      Tensor dX = Tensor.allocate(arena, 5, 7);
      kernels.dropout(dOut, 0.5f, 3, dX);
      assertThat(dX.toArray()).contains(0f);
      confirmLinear(
          "dX",
          x,
          dX,
          () -> {
            kernels.dropout(x, 0.5f, 3, out);
            return dot(out, dOut);
          });
    }
  }

  /// The derivative of a rotation is the rotation back.
  @Test
  void rotation() {
    double[] cos = {1, 1, 1, Math.cos(0.3), Math.cos(0.2), Math.cos(0.1)};
    double[] sin = {0, 0, 0, Math.sin(0.3), Math.sin(0.2), Math.sin(0.1)};
    int[] positions = {1, 0, 1};
    double[] x = normal(3 * 12);
    double[] dOut = normal(3 * 12);
    double[] dX = dOut.clone();
    ReferenceMath.rope(dX, 2, 6, positions, cos, sin, true);
    confirm(
        "dX",
        x,
        dX,
        () -> {
          double[] out = x.clone();
          ReferenceMath.rope(out, 2, 6, positions, cos, sin, false);
          return dot(out, dOut);
        });
  }
}
