package org.tramontane.tensor;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/// A few tiny kernels whose answers are known, asked of every backend before it may compute anything.
///
/// It is no substitute for the conformance suite, which holds a backend to a reference on the machines where it was built;
/// this asks whether it computes at all on the machine where it runs now: a driver or a compiler of kernels that is broken,
/// a library of another version. Answers are fractions of logarithms that a reader can follow.
final class SelfCheck {
  private static final double TOLERANCE = 1e-4;
  private static final float LN2 = (float) Math.log(2);
  private static final float LN3 = (float) Math.log(3);
  private static final AttentionShape ONE_HEAD =
      new AttentionShape(1, 1, 2, AttentionShape.NO_WINDOW);

  private final Kernels kernels;
  private final Arena arena;

  private SelfCheck(Kernels kernels, Arena arena) {
    this.kernels = kernels;
    this.arena = arena;
  }

  /// A kernel gave a wrong result.
  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  /// What a backend computes wrongly, with its answer and the right one; empty if all is right.
  static Optional<String> problem(Kernels kernels) {
    // Backends compute with threads of their own, which a confined arena would refuse.
    try (Arena arena = Arena.ofShared()) {
      SelfCheck check = new SelfCheck(kernels, arena);
      check.products();
      check.rows();
      check.attention();
      check.logProbabilities();
      check.optimiser();
      return Optional.empty();
    } catch (Wrong e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  private Tensor tensor(long rows, long columns, float... values) {
    return Tensor.of(arena, Shape.of(rows, columns), values);
  }

  private Tensor vector(float... values) {
    return Tensor.of(arena, Shape.of(values.length), values);
  }

  /// An output that has to be overwritten.
  private Tensor poisoned(long... extents) {
    return Tensor.allocate(arena, extents).fill(Float.NaN);
  }

  private static void require(String kernel, Tensor actual, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      float value = actual.get(i);
      if (!(Math.abs(value - expected[i]) <= TOLERANCE * Math.max(1, Math.abs(expected[i])))) {
        throw new Wrong(
            kernel
                + " gives "
                + Arrays.toString(actual.toArray())
                + " where "
                + Arrays.toString(expected)
                + " is right");
      }
    }
  }

  private void products() {
    Tensor a = tensor(2, 3, 1, 2, 3, 4, 5, 6);
    Tensor w = tensor(2, 3, 1, 0, -1, 2, 1, 0);
    Tensor c = poisoned(2, 2);
    kernels.matmul(a, false, w, true, 1, 0, c);
    require("matmul", c, -2, 4, -2, 13);
    Tensor d = tensor(2, 3, 1, 1, 1, 1, 1, 1);
    kernels.matmul(c, false, w, false, 0.5f, 1, d); // c w / 2 + 1
    require("matmul", d, 4, 3, 2, 13, 7.5, 2);
    Tensor e = poisoned(3, 3);
    kernels.matmul(a, true, w, false, 1, 0, e); // a^T w
    require("matmul", e, 9, 4, -1, 12, 5, -2, 15, 6, -3);
    require("sumOfSquares", vector((float) kernels.sumOfSquares(vector(1, 2, 3, -4, 5))), 55);
  }

  private void rows() {
    Tensor table = tensor(3, 2, 1, 2, 3, 4, 5, 6);
    Tensor out = poisoned(2, 2);
    kernels.embedding(new int[] {2, 0}, table, out);
    require("embedding", out, 5, 6, 1, 2);
    Tensor inverseRms = poisoned(1);
    Tensor norm = poisoned(1, 2);
    kernels.rmsNorm(tensor(1, 2, 1, 7), vector(1, 2), 0, norm, inverseRms); // mean square 25
    require("rmsNorm", norm, 0.2, 2.8);
    require("rmsNorm", inverseRms, 0.2);
    Tensor dX = tensor(1, 2, 1, 1);
    Tensor dWeight = vector(0, 1);
    // g = dOut * weight = (1, 2), mean(g x) = 7.5
    kernels.rmsNormBackward(
        tensor(1, 2, 1, 1), tensor(1, 2, 1, 7), vector(1, 2), inverseRms, dX, dWeight);
    require("rmsNormBackward", dX, 1 + 0.2 * (1 - 7.5 / 25), 1 + 0.2 * (2 - 7 * 7.5 / 25));
    require("rmsNormBackward", dWeight, 0.2, 1 + 1.4);
    Tensor turned = tensor(2, 2, 1, 0, 0, 1);
    kernels.rope(turned, new int[] {1, 1}, RopeTable.create(arena, 2, 2, 10000), false);
    require("rope", turned, Math.cos(1), Math.sin(1), -Math.sin(1), Math.cos(1));
    Tensor gate = vector(0, LN3); // sigmoid(ln 3) = 3/4
    Tensor up = vector(5, 2);
    Tensor gated = poisoned(2);
    kernels.swiGlu(gate, up, gated);
    require("swiGlu", gated, 0, 1.5 * LN3);
    Tensor dGate = poisoned(2);
    Tensor dUp = poisoned(2);
    kernels.swiGluBackward(vector(1, 1), gate, up, dGate, dUp);
    require("swiGluBackward", dGate, 2.5, 1.5 * (1 + LN3 / 4));
    require("swiGluBackward", dUp, 0, 0.75 * LN3);
  }

  /// Two tokens; the second gives its own key three times the weight of the first.
  private void attention() {
    float scaled = (float) (Math.sqrt(2) * LN3);
    Tensor q = tensor(2, 2, 0, 0, scaled, 0);
    Tensor k = tensor(2, 2, 0, 0, 1, 0);
    Tensor v = tensor(2, 2, 4, 0, 0, 8);
    Sequences sequences = Sequences.ofLengths(2);
    Tensor out = poisoned(2, 2);
    Tensor logSumExp = poisoned(2, 1);
    kernels.attention(q, k, v, sequences, ONE_HEAD, out, logSumExp);
    require("attention", out, 4, 0, 1, 6);
    require("attention", logSumExp, 0, 2 * LN2);
    Tensor dQ = poisoned(2, 2);
    Tensor dK = poisoned(2, 2);
    Tensor dV = poisoned(2, 2);
    kernels.attentionBackward(
        tensor(2, 2, 1, 0, 1, 0), q, k, v, out, logSumExp, sequences, ONE_HEAD, dQ, dK, dV);
    double score = 0.75 / Math.sqrt(2); // 1/4 (4 - 1) / sqrt(2), and its opposite
    require("attentionBackward", dV, 1.25, 0, 0.75, 0);
    require("attentionBackward", dQ, 0, 0, -score, 0);
    require("attentionBackward", dK, score * scaled, 0, -score * scaled, 0);
    Tensor last = poisoned(1, 2);
    kernels.decodeAttention(
        tensor(1, 2, scaled, 0),
        k.reshape(1, 2, 2),
        v.reshape(1, 2, 2),
        new int[] {0},
        new int[] {1},
        ONE_HEAD,
        last);
    require("decodeAttention", last, 1, 6);
  }

  /// Two words, the second three times as likely.
  private void logProbabilities() {
    Tensor x = tensor(1, 1, 1);
    Tensor head = tensor(2, 1, 0, LN3);
    int[] targets = {1};
    Tensor logProb = poisoned(1);
    Tensor logSumExp = poisoned(1);
    kernels.tokenLogProb(x, head, targets, logProb, logSumExp);
    require("tokenLogProb", logProb, Math.log(0.75));
    require("tokenLogProb", logSumExp, 2 * LN2);
    Tensor dX = poisoned(1, 1);
    Tensor dHead = tensor(2, 1, 1, 1);
    kernels.tokenLogProbBackward(vector(2), x, head, targets, logSumExp, dX, dHead);
    require("tokenLogProbBackward", dX, 0.5 * LN3);
    require("tokenLogProbBackward", dHead, 0.5, 1.5);
    int[] largest = kernels.argMax(tensor(2, 3, -3, -1, -2, 5, 7, 7));
    require("argMax", vector(largest[0], largest[1]), 1, 1);
  }

  /// The first step of AdamW moves by the learning rate against the gradient's sign.
  private void optimiser() {
    Tensor param = vector(1, -2);
    Tensor m = vector(0, 0);
    Tensor v = vector(0, 0);
    kernels.adamW(param, vector(4, -3), m, v, new AdamWStep(1, 0.1, 0.9, 0.99, 1e-8, 0.5), 0.5f);
    require("adamW", param, 0.95 - 0.1, -1.9 + 0.1);
    require("adamW", m, 0.2, -0.15);
    require("adamW", v, 0.04, 0.0225);
  }
}
