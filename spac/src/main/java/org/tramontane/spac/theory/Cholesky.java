package org.tramontane.spac.theory;

import java.util.Arrays;

/// Solves small symmetric systems, millions of times. Of a matrix only the lower half is read, and it is overwritten by the factor L of L L^T.
final class Cholesky {
  private Cholesky() {}

  /// Solves (h + damping I) u = b for a symmetric `h`, into `b`.
  ///
  /// @return false, with `h` and `b` spoilt, where the matrix is not positive definite
  static boolean solve(double[][] h, double damping, double[] b) {
    if (factor(h, damping, 0, b.length) < b.length) {
      return false;
    }
    substitute(h, b);
    return true;
  }

  /// Solves h u = b into `b` if all pivots are above `least`. Otherwise `b` becomes a direction v along which `h` bends by no more than that: v . h v is
  /// the first such pivot, and v is 1 in its row and 0 below.
  ///
  /// @return whether it solved
  static boolean solveOrBend(double[][] h, double least, double[] b) {
    int row = factor(h, 0, least, b.length);
    if (row == b.length) {
      substitute(h, b);
      return true;
    }
    // With l the row's factor so far, v = (-L^-T l, 1, 0).
    Arrays.fill(b, 0);
    b[row] = 1;
    for (int j = row - 1; j >= 0; j--) {
      double sum = -h[row][j];
      for (int k = j + 1; k < row; k++) {
        sum -= h[k][j] * b[k];
      }
      b[j] = sum / h[j][j];
    }
    return false;
  }

  /// The first row whose pivot is not above `least`, or n; the factor's rows before it are there, and that row's but for the pivot.
  private static int factor(double[][] h, double damping, double least, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = h[i][j] + (i == j ? damping : 0);
        for (int k = 0; k < j; k++) {
          sum -= h[i][k] * h[j][k];
        }
        if (i > j) {
          h[i][j] = sum / h[j][j];
        } else if (sum > least && sum < Double.POSITIVE_INFINITY) {
          h[i][i] = Math.sqrt(sum);
        } else {
          return i;
        }
      }
    }
    return n;
  }

  private static void substitute(double[][] h, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        b[i] -= h[i][k] * b[k];
      }
      b[i] /= h[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        b[i] -= h[k][i] * b[k];
      }
      b[i] /= h[i][i];
    }
  }
}
