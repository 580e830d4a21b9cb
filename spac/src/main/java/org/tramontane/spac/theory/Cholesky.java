package org.tramontane.spac.theory;

/// Solves small symmetric systems, millions of times.
final class Cholesky {
  private Cholesky() {}

  /// Solves (h + damping I) u = b for a symmetric `h`, into `b`; only the lower half of `h` is read, and it is overwritten by the factor.
  ///
  /// @return false, with `h` and `b` spoilt, where the matrix is not positive definite
  static boolean solve(double[][] h, double damping, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = h[i][j] + (i == j ? damping : 0);
        for (int k = 0; k < j; k++) {
          sum -= h[i][k] * h[j][k];
        }
        if (i > j) {
          h[i][j] = sum / h[j][j];
        } else if (sum > 0 && sum < Double.POSITIVE_INFINITY) {
          h[i][i] = Math.sqrt(sum);
        } else {
          return false;
        }
      }
    }
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
    return true;
  }
}
