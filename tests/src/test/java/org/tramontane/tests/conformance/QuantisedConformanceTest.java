package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tramontane.tests.conformance.Close.assertClose;
import static org.tramontane.tests.conformance.Close.assertSame;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;

/// Kernels on Q8_0 weights: right, or refused in a sentence.
class QuantisedConformanceTest extends KernelTest {

  @Test
  void forwardAndBackwardToTheInput() {
    if (!reads()) {
      return; // refused() has the sentence
    }
    long seed = 1;
    for (int tokens : new int[] {1, 2, 4, 5, 17, 100}) {
      for (int out : new int[] {32, 64, 160, 1056}) {
        for (int in : new int[] {32, 96, 288, 512}) {
          check(seed++, tokens, out, in);
        }
      }
    }
    check(seed++, 3, 7, 64); // rows need not be a multiple of a block
    check(seed++, 33, 2080, 1184);
    check(seed++, 129, 3104, 96); // many tiles
    check(seed++, 70, 64, 6176);
  }

  private void check(long seed, int tokens, int out, int in) {
    try (Operands operands = new Operands(seed)) {
      Tensor weight = quantised(operands, out, in);
      Tensor x = operands.normal(tokens, in);
      Tensor y = operands.poisoned(tokens, out);
      Tensor expected = operands.poisoned(tokens, out);
      kernels.matmul(x, false, weight, true, 1, 0, y);
      reference.matmul(x, false, weight, true, 1, 0, expected);
      assertClose("y %d %d %d".formatted(tokens, out, in), y, expected);
      Tensor dX = operands.normal(tokens, in);
      Tensor expectedDX = operands.copy(dX);
      kernels.matmul(expected, false, weight, false, 0.5f, 1, dX);
      reference.matmul(expected, false, weight, false, 0.5f, 1, expectedDX);
      assertClose("dX %d %d %d".formatted(tokens, out, in), dX, expectedDX);
    }
  }

  @Test
  void embeddingAndHead() {
    if (!reads()) {
      return; // refused() has the sentence
    }
    try (Operands operands = new Operands(9)) {
      Tensor table = quantised(operands, 70, 64);
      int[] ids = operands.integers(20, 70);
      Tensor out = operands.poisoned(20, 64);
      Tensor expected = operands.poisoned(20, 64);
      kernels.embedding(ids, table, out);
      reference.embedding(ids, table, expected);
      assertSame("rows", out, expected);
      Tensor logProb = operands.poisoned(20);
      Tensor logSumExp = operands.poisoned(20);
      Tensor expectedLogProb = operands.poisoned(20);
      Tensor expectedLogSumExp = operands.poisoned(20);
      Tensor x = operands.normal(20, 64);
      kernels.tokenLogProb(x, table, ids, logProb, logSumExp);
      reference.tokenLogProb(x, table, ids, expectedLogProb, expectedLogSumExp);
      assertClose("logProb", logProb, expectedLogProb);
      Tensor dX = operands.poisoned(20, 64);
      Tensor expectedDX = operands.poisoned(20, 64);
      Tensor g = operands.normal(20);
      kernels.tokenLogProbBackward(g, x, table, ids, logSumExp, dX, null);
      reference.tokenLogProbBackward(g, x, table, ids, expectedLogSumExp, expectedDX, null);
      assertClose("dX", dX, expectedDX);
    }
  }

  @Test
  void refused() {
    if (reads()) {
      return; // the other tests have the products
    }
    try (Operands operands = new Operands(1)) {
      Tensor weight = quantised(operands, 64, 64);
      Tensor x = operands.normal(8, 64);
      assertThatThrownBy(
              () -> kernels.matmul(x, false, weight, true, 1, 0, operands.poisoned(8, 64)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("Q8_0");
    }
  }

  /// Half a quantum is the most that an element may be off, and the scale is an F16.
  @Test
  void quantisationIsAsCloseAsItsScale() {
    try (Operands operands = new Operands(3)) {
      Tensor source = operands.normal(5, 64);
      Tensor stored =
          Tensor.allocate(operands.arena(), DType.Q8_0, source.shape()).copyFrom(source);
      assertThat(stored.data().byteSize()).isEqualTo(5 * 2 * 34);
      for (int block = 0; block < 10; block++) {
        float largest = 0;
        for (int i = 0; i < 32; i++) {
          largest = Math.max(largest, Math.abs(source.get(32L * block + i)));
        }
        for (int i = 0; i < 32; i++) {
          float off = stored.get(32L * block + i) - source.get(32L * block + i);
          assertThat(Math.abs(off)).isLessThanOrEqualTo(largest / 127 * 0.5f + largest * 0x1p-11f);
        }
      }
      Tensor zeros = Tensor.allocate(operands.arena(), DType.Q8_0, Shape.of(1, 32));
      zeros.copyFrom(operands.normal(1, 32).fill(0));
      assertThat(zeros.get(5)).isZero();
    }
  }

  @Test
  void rowsAreWholeBlocks() {
    try (Operands operands = new Operands(1)) {
      assertThatThrownBy(() -> Tensor.allocate(operands.arena(), DType.Q8_0, Shape.of(32, 33)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("columns in multiples of 32");
    }
  }

  /// A backend may refuse the type; ours does not.
  private boolean reads() {
    try (Operands operands = new Operands(0)) {
      Tensor weight = quantised(operands, 32, 32);
      kernels.matmul(operands.normal(1, 32), false, weight, true, 1, 0, operands.poisoned(1, 32));
      return true;
    } catch (UserError e) {
      assertThat(backend.name()).isNotEqualTo("cpu");
      return false;
    }
  }

  private static Tensor quantised(Operands operands, int rows, int columns) {
    return Tensor.allocate(operands.arena(), DType.Q8_0, Shape.of(rows, columns))
        .copyFrom(operands.normal(rows, columns));
  }
}
