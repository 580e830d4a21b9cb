package org.tramontane.tensor.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.tensor.Tensor;

class GemmTest {
  private static final int[] SIZES = {1, 3, 4, 6, 8, 13, 16, 17, 31, 64, 65, 100, 257};

  static Stream<Gemm> gemms() {
    OpenBlas library = OpenBlas.load().library();
    assertThat(library).as(OpenBlas.load().reason()).isNotNull();
    return Stream.of(new VectorGemm(), new OpenBlasGemm(library));
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void everySizeAgainstATripleLoop(Gemm gemm) {
    SplittableRandom random = new SplittableRandom(3);
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          boolean transposeA = random.nextBoolean();
          boolean transposeB = random.nextBoolean();
          check(gemm, m, n, k, transposeA, transposeB, 1, 0, random);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void everyTransposeAlphaAndBeta(Gemm gemm) {
    SplittableRandom random = new SplittableRandom(4);
    for (int flags = 0; flags < 4; flags++) {
      for (float alpha : new float[] {0, 1, -0.5f}) {
        for (float beta : new float[] {0, 1, 2}) {
          check(gemm, 13, 37, 29, (flags & 1) != 0, (flags & 2) != 0, alpha, beta, random);
          check(gemm, 130, 600, 300, (flags & 1) != 0, (flags & 2) != 0, alpha, beta, random);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void emptySumScalesTheResult(Gemm gemm) {
    check(gemm, 5, 7, 0, false, true, 1, 0, new SplittableRandom(5));
    check(gemm, 5, 7, 0, false, true, 1, 2, new SplittableRandom(5));
  }

  /// Operands lie inside larger matrices, so that a stride is not a width, and beta 0 meets a NaN.
  private static void check(
      Gemm gemm,
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      float alpha,
      float beta,
      SplittableRandom random) {
    try (Arena arena = Arena.ofConfined()) {
      Tensor a = random(arena, random, transposeA ? k : m, (transposeA ? m : k) + 3);
      Tensor b = random(arena, random, transposeB ? n : k, (transposeB ? k : n) + 5);
      Tensor c = random(arena, random, m, n + 2);
      if (beta == 0) {
        for (int i = 0; i < m; i++) {
          c.rows(i, i + 1).reshape(n + 2).set(0, Float.NaN);
        }
      }
      float[] before = c.toArray();
      Matrix left = Matrix.of(a, transposeA);
      Matrix right = Matrix.of(b, transposeB);
      gemm.multiply(m, n, k, alpha, left, right, beta, Matrix.of(c, false));
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int l = 0; l < k; l++) {
            sum += (double) Lanes.get(left.addressOf(i, l)) * Lanes.get(right.addressOf(l, j));
          }
          int place = i * (n + 2) + j;
          double expected = alpha * sum + (beta == 0 ? 0 : (double) beta * before[place]);
          if (!(Math.abs(c.get(place) - expected) <= 1e-6 * (k + 4))) {
            fail("[%d, %d] of %dx%dx%d: %s, not %s", i, j, m, n, k, c.get(place), expected);
          }
        }
        for (int j = n; j < n + 2; j++) {
          int place = i * (n + 2) + j;
          assertThat(c.get(place)).as("beyond the edge").isEqualTo(before[place]);
        }
      }
    }
  }

  private static Tensor random(Arena arena, SplittableRandom random, long rows, long columns) {
    Tensor x = Tensor.allocate(arena, rows, columns);
    for (long i = 0; i < x.elements(); i++) {
      x.set(i, (float) (2 * random.nextDouble() - 1));
    }
    return x;
  }
}
