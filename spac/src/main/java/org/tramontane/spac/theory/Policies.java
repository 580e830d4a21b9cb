package org.tramontane.spac.theory;

import java.util.Arrays;

/// Policies as tables `[X][Y]` of probabilities.
public final class Policies {
  private Policies() {}

  /// All responses alike.
  public static double[][] uniform(int prompts, int responses) {
    double[][] pi = new double[prompts][responses];
    for (double[] row : pi) {
      Arrays.fill(row, 1.0 / responses);
    }
    return pi;
  }

  /// pi(y|x) proportional to `base(y|x) exp(eta f(x, y))`.
  public static double[][] tilt(double[][] base, double[][] f, double eta) {
    double[][] pi = new double[base.length][];
    for (int x = 0; x < base.length; x++) {
      double[] row = new double[base[x].length];
      double max = Double.NEGATIVE_INFINITY;
      for (int y = 0; y < row.length; y++) {
        row[y] = Math.log(base[x][y]) + eta * f[x][y];
        max = Math.max(max, row[y]);
      }
      double sum = 0;
      for (int y = 0; y < row.length; y++) {
        row[y] = Math.exp(row[y] - max);
        sum += row[y];
      }
      for (int y = 0; y < row.length; y++) {
        row[y] /= sum;
      }
      pi[x] = row;
    }
    return pi;
  }

  /// The largest f of each prompt; equals share.
  public static double[][] greedy(double[][] f) {
    double[][] pi = new double[f.length][];
    for (int x = 0; x < f.length; x++) {
      double best = Arrays.stream(f[x]).max().orElseThrow();
      long ties = Arrays.stream(f[x]).filter(v -> v == best).count();
      pi[x] = Arrays.stream(f[x]).map(v -> v == best ? 1.0 / ties : 0).toArray();
    }
    return pi;
  }
}
