package org.tramontane.tests.conformance;

import static org.tramontane.tests.conformance.Close.assertClose;
import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.AttentionShape;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.Tensor;

class AttentionConformanceTest extends KernelTest {

  private void check(Sequences sequences, AttentionShape shape, double scale, double tolerance) {
    String what = sequences + " " + shape;
    int t = sequences.tokens();
    int wide = shape.heads() * shape.headDim();
    int narrow = shape.kvHeads() * shape.headDim();
    try (Operands operands = new Operands(what.hashCode())) {
      Tensor q = operands.normal(DType.F32, scale, t, wide);
      Tensor k = operands.normal(t, narrow);
      Tensor v = operands.normal(t, narrow);
      Tensor out = operands.poisoned(t, wide);
      Tensor lse = operands.poisoned(t, shape.heads());
      Tensor expected = operands.poisoned(t, wide);
      Tensor expectedLse = operands.poisoned(t, shape.heads());
      kernels.attention(q, k, v, sequences, shape, out, lse);
      reference.attention(q, k, v, sequences, shape, expected, expectedLse);
      assertClose("out " + what, out, expected, tolerance);
      assertClose("logSumExp " + what, lse, expectedLse, tolerance);

      Tensor dOut = operands.normal(t, wide);
      Tensor dq = operands.poisoned(t, wide);
      Tensor dk = operands.poisoned(t, narrow);
      Tensor dv = operands.poisoned(t, narrow);
      Tensor expectedDq = operands.poisoned(t, wide);
      Tensor expectedDk = operands.poisoned(t, narrow);
      Tensor expectedDv = operands.poisoned(t, narrow);
      kernels.attentionBackward(dOut, q, k, v, expected, expectedLse, sequences, shape, dq, dk, dv);
      reference.attentionBackward(
          dOut,
          q,
          k,
          v,
          expected,
          expectedLse,
          sequences,
          shape,
          expectedDq,
          expectedDk,
          expectedDv);
      // dP - mean(dP) cancels to 0 where a query sees one key.
      double score = Close.rms(dOut) * Close.rms(v);
      assertClose("dQ " + what, dq, expectedDq, tolerance, score * Close.rms(k));
      assertClose("dK " + what, dk, expectedDk, tolerance, score * Close.rms(q));
      assertClose("dV " + what, dv, expectedDv, tolerance);

      Tensor again = operands.poisoned(t, narrow);
      kernels.attentionBackward(
          dOut, q, k, v, expected, expectedLse, sequences, shape, dq, again, dv);
      assertSame("dK twice " + what, again, dk);
    }
  }

  @Test
  void lengthsAndHeadSizes() {
    for (int length : SIZES) {
      for (int headDim : new int[] {2, 6, 16, 30, 64}) {
        check(
            Sequences.ofLengths(length),
            new AttentionShape(2, 1, headDim, AttentionShape.NO_WINDOW),
            1,
            Close.F32);
      }
    }
  }

  /// Lengths, and places where sequences begin, around multiples of 64; head sizes around those of 128.
  @Test
  void aroundTiles() {
    for (int headDim : new int[] {64, 126, 128, 130, 256}) {
      AttentionShape shape = new AttentionShape(2, 1, headDim, AttentionShape.NO_WINDOW);
      for (int length : new int[] {63, 64, 65, 129}) {
        check(Sequences.ofLengths(length), shape, 1, Close.F32);
      }
      check(Sequences.ofLengths(63, 1, 64, 65, 129, 2), shape, 1, Close.F32);
    }
    for (int window : new int[] {1, 63, 64, 65, 100}) {
      AttentionShape shape = new AttentionShape(4, 1, 16, window);
      check(Sequences.ofLengths(1, 127, 64, 130, 5, 61, 129), shape, 1, Close.F32);
    }
  }

  @Test
  void groupedQueries() {
    for (int group : new int[] {1, 2, 4, 8}) {
      check(
          Sequences.ofLengths(21, 1, 70),
          new AttentionShape(2 * group, 2, 10, AttentionShape.NO_WINDOW),
          1,
          Close.F32);
    }
  }

  @Test
  void windows() {
    for (int window : new int[] {1, 2, 8, 63, 64, 65, 150, 200, 1000}) {
      check(Sequences.ofLengths(150, 7, 201), new AttentionShape(4, 2, 16, window), 1, Close.F32);
    }
  }

  @Test
  void pastEveryTile() {
    for (int window : new int[] {5, 600, AttentionShape.NO_WINDOW}) {
      check(Sequences.ofLengths(1100, 3), new AttentionShape(2, 1, 8, window), 1, Close.F32);
    }
  }

  @Test
  void largeLogits() {
    // Scores of a few hundred: the softmax is nearly one-hot, and a naive exponential would
    // overflow. F32 scores of that size carry an absolute error
    // of about 1e-5 each, which the exponential turns into a relative one.
    check(Sequences.ofLengths(40, 90), new AttentionShape(2, 1, 16, 50), 100, 5e-4);
  }

  @Test
  void rope() {
    for (int headDim : new int[] {2, 6, 16, 30, 64, 128}) {
      try (Operands operands = new Operands(headDim)) {
        RopeTable table = RopeTable.create(operands.arena(), 300, headDim, 10000);
        int[] positions = operands.integers(19, 300);
        Tensor original = operands.normal(19, 3L * headDim);
        Tensor actual = operands.copy(original);
        Tensor expected = operands.copy(original);
        kernels.rope(actual, positions, table, false);
        reference.rope(expected, positions, table, false);
        assertClose("x", actual, expected);
        kernels.rope(actual, positions, table, true);
        assertClose("there and back", actual, original);
      }
    }
  }

  @Test
  void decodeFromRing() {
    for (int window : new int[] {1, 5, 16, AttentionShape.NO_WINDOW}) {
      for (int ring : new int[] {16, 40}) {
        for (int headDim : new int[] {6, 16, 64}) {
          checkDecode(new AttentionShape(4, 2, headDim, window), ring);
        }
      }
    }
  }

  @Test
  void decodeFromRingInGroups() {
    for (int group : new int[] {1, 2, 4, 8, 12}) {
      for (int kvHeads : new int[] {1, 3, 8}) {
        for (int headDim : new int[] {10, 32, 128}) {
          checkDecode(
              new AttentionShape(group * kvHeads, kvHeads, headDim, AttentionShape.NO_WINDOW), 23);
        }
      }
    }
  }

  @Test
  void decodeFromLongRing() {
    for (int ring : new int[] {127, 128, 131, 600, 1301}) {
      checkDecode(new AttentionShape(8, 2, 32, AttentionShape.NO_WINDOW), ring);
      checkDecode(new AttentionShape(8, 2, 32, ring - 3), ring);
      checkDecode(new AttentionShape(6, 2, 30, AttentionShape.NO_WINDOW), ring);
    }
  }

  @Test
  void decodeWithLargeAndEqualLogits() {
    checkDecode(new AttentionShape(8, 2, 64, AttentionShape.NO_WINDOW), 300, 100, 5e-4);
    checkDecode(new AttentionShape(8, 2, 64, AttentionShape.NO_WINDOW), 300, 0, Close.F32);
  }

  /// Fewer keys than the ring has room for, as at the beginning of every answer.
  @Test
  void decodeBeforeTheRingIsFull() {
    int[][] positions = {{5, 70, 63}, {64, 130, 200}, {383, 384, 0}, {63, 0, 1}, {127, 128, 129}};
    for (int[] now : positions) {
      checkDecode(new AttentionShape(8, 2, 32, AttentionShape.NO_WINDOW), 600, now, 1, Close.F32);
      checkDecode(new AttentionShape(8, 2, 32, 100), 600, now, 1, Close.F32);
    }
  }

  /// A sequence's bits don't depend on how long its neighbours are.
  @Test
  void decodeAloneAndBesideALongerOne() {
    AttentionShape shape = new AttentionShape(4, 2, 32, AttentionShape.NO_WINDOW);
    int columns = shape.kvHeads() * shape.headDim();
    try (Operands operands = new Operands(9)) {
      Tensor keys = operands.normal(2, 600, columns);
      Tensor values = operands.normal(2, 600, columns);
      Tensor q = operands.normal(2, (long) shape.heads() * shape.headDim());
      Tensor both = operands.poisoned(2, (long) shape.heads() * shape.headDim());
      Tensor alone = operands.poisoned(1, (long) shape.heads() * shape.headDim());
      for (int position : new int[] {0, 40, 63, 64, 200}) {
        kernels.decodeAttention(
            q, keys, values, new int[] {0, 1}, new int[] {position, 500}, shape, both);
        kernels.decodeAttention(
            q.rows(0, 1), keys, values, new int[] {0}, new int[] {position}, shape, alone);
        assertSame("at " + position, alone, both.rows(0, 1));
      }
    }
  }

  private void checkDecode(AttentionShape shape, int ring) {
    checkDecode(shape, ring, 1, Close.F32);
  }

  private void checkDecode(AttentionShape shape, int ring, double scale, double tolerance) {
    checkDecode(shape, ring, new int[] {2 * ring + 5, 0, ring / 2}, scale, tolerance);
  }

  private void checkDecode(
      AttentionShape shape, int ring, int[] now, double scale, double tolerance) {
    String what = shape + " ring " + ring;
    int columns = shape.kvHeads() * shape.headDim();
    try (Operands operands = new Operands(ring)) {
      Tensor keys = operands.normal(3, ring, columns);
      Tensor values = operands.normal(3, ring, columns);
      Tensor expectedKeys = operands.copy(keys);
      Tensor rows = operands.normal(4, columns);
      int[] slots = {2, 0, 2, 2};
      int[] positions = {ring + 3, 0, 3, ring + 4};
      kernels.cacheAppend(rows, slots, positions, keys);
      reference.cacheAppend(rows, slots, positions, expectedKeys);
      assertSame("cache", keys, expectedKeys);

      int[] at = {2, 0, 1};
      Tensor q = operands.normal(DType.F32, scale, 3, (long) shape.heads() * shape.headDim());
      Tensor out = operands.poisoned(3, (long) shape.heads() * shape.headDim());
      Tensor expected = operands.copy(out);
      kernels.decodeAttention(q, keys, values, at, now, shape, out);
      reference.decodeAttention(q, keys, values, at, now, shape, expected);
      assertClose("out " + what, out, expected, tolerance);
    }
  }
}
