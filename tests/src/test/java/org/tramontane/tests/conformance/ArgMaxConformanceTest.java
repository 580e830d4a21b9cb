package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tramontane.tests.conformance.Close.assertSame;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// The largest element of each row: a result without tolerance, so equals, signs of zero and what is no number count.
class ArgMaxConformanceTest extends KernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  /// More rows than a device brings to the host at a time, and vocabularies.
  private static final int[][] SHAPES = {
    {1, 1},
    {7, 1},
    {1, 2},
    {3, 511},
    {3, 512},
    {3, 513},
    {2, 1025},
    {600, 37},
    {16, 32_000},
    {2, 131_072}
  };

  private void requireFirst(int expected, float... row) {
    try (Operands operands = new Operands(row.length)) {
      Tensor x = operands.normal(1, row.length).copyFrom(row);
      assertThat(kernels.argMax(x)).as("of %s", Arrays.toString(row)).containsExactly(expected);
      assertThat(reference.argMax(x))
          .as("of %s by the reference", Arrays.toString(row))
          .containsExactly(expected);
    }
  }

  @Test
  void randomRows() {
    for (int[] shape : SHAPES) {
      try (Operands operands = new Operands(shape[1])) {
        Tensor x = operands.normal(shape[0], shape[1]);
        Tensor kept = operands.copy(x);
        assertThat(kernels.argMax(x))
            .as("%d rows of %d", shape[0], shape[1])
            .containsExactly(reference.argMax(x));
        assertSame("x", x, kept);
      }
    }
  }

  /// Small integers: each row's largest comes many times.
  @Test
  void ofEqualsTheFirst() {
    for (int[] shape : SHAPES) {
      try (Operands operands = new Operands(shape[0])) {
        Tensor x = operands.normal(shape[0], shape[1]);
        int[] values = operands.integers(shape[0] * shape[1], 5);
        for (int i = 0; i < values.length; i++) {
          x.set(i, values[i] - 7);
        }
        assertThat(kernels.argMax(x))
            .as("%d rows of %d", shape[0], shape[1])
            .containsExactly(reference.argMax(x));
      }
    }
  }

  /// Wherever the largest is, and its equal: in the same thread's part or another's, in the last one, before or behind.
  @Test
  void whereverItIs() {
    int n = 2_100;
    int[] places = {0, 1, 2, 255, 256, 257, 511, 512, 513, 1023, 1024, 1536, 2047, 2048, n - 1};
    try (Operands operands = new Operands(n)) {
      Tensor x = operands.normal((long) places.length * places.length, n);
      float[] row = new float[n];
      int[] expected = new int[places.length * places.length];
      for (int i = 0; i < expected.length; i++) {
        int a = places[i / places.length];
        int b = places[i % places.length];
        expected[i] = Math.min(a, b);
        Arrays.fill(row, -3);
        row[a] = -2.5f;
        row[b] = -2.5f;
        x.rows(i, i + 1).copyFrom(row);
      }
      assertThat(kernels.argMax(x)).containsExactly(expected);
    }
  }

  @Test
  void zerosOfBothSignsAreEqual() {
    requireFirst(0, -0f, 0f);
    requireFirst(0, 0f, -0f);
    requireFirst(1, -1, -0f, 0f, 0f);
    requireFirst(1, -1, 0f, -0f);
  }

  @Test
  void extremes() {
    requireFirst(0, -INF);
    requireFirst(0, -INF, -INF, -INF);
    requireFirst(1, -INF, -Float.MAX_VALUE, -INF);
    requireFirst(2, 0, Float.MAX_VALUE, INF, INF);
    requireFirst(0, INF, INF, 3);
    requireFirst(1, 0, Float.MIN_NORMAL, -Float.MIN_NORMAL);
    requireFirst(3, -3, -2, -3, Math.nextUp(-2f), -2);
  }

  /// The first NaN, whatever is beside it, and no other row's.
  @Test
  void rowsWithNaN() {
    requireFirst(-1, Float.NaN);
    requireFirst(-1, Float.NaN, 1, 2);
    requireFirst(-2, 7, Float.NaN, INF, Float.NaN);
    requireFirst(-3, -INF, -INF, Float.NaN);
    for (int place : new int[] {0, 1, 511, 512, 1500, 4_095}) {
      try (Operands operands = new Operands(place)) {
        Tensor x = operands.normal(3, 4_096);
        x.set(4_096 + place, Float.NaN);
        x.set(2 * 4_096 - 1, Float.NaN);
        int[] found = kernels.argMax(x);
        assertThat(found).containsExactly(reference.argMax(x));
        assertThat(found[1]).isEqualTo(-1 - place);
      }
    }
  }

  /// A part of a tensor, as logits are of the memory that they are computed in; and what another kernel has just written.
  @Test
  void ofAPartAndOfAResult() {
    try (Operands operands = new Operands(8)) {
      Tensor all = operands.normal(5, 300);
      Tensor part = all.rows(2, 4);
      assertThat(kernels.argMax(part)).containsExactly(reference.argMax(part));
      Tensor addend = operands.normal(5, 300);
      kernels.add(addend, all);
      assertThat(kernels.argMax(part)).containsExactly(reference.argMax(part));
      backend.capture(
          "argMax",
          () -> {
            kernels.add(addend, all);
            int[] found = kernels.argMax(all);
            assertThat(found).containsExactly(reference.argMax(all));
          });
    }
  }

  @Test
  void noRowsAndNoColumns() {
    try (Operands operands = new Operands(0)) {
      assertThat(kernels.argMax(operands.poisoned(0, 3))).isEmpty();
      Tensor empty = operands.poisoned(2, 0);
      assertThatThrownBy(() -> kernels.argMax(empty))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("x has shape [2, 0]; expected at least one column");
      Tensor narrow = operands.normal(DType.BF16, 1, 2, 3);
      assertThatThrownBy(() -> kernels.argMax(narrow)).hasMessage("x has dtype BF16; expected F32");
    }
  }
}
