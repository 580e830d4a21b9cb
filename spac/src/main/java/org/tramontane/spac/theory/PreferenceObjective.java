package org.tramontane.spac.theory;

/// F(v) = c . v + sum_k w_k (-log sigmoid(d_k . v)) + (ridge / 2) |v - centre|^2: what the critic step and maximum likelihood
/// minimise, with v the weights of features.
final class PreferenceObjective implements Objective {
  private final double[] linear;
  private final double[][] differences;
  private final double[] weights;
  private final double ridge;
  private final double centre;

  /// @param linear c
  /// @param differences d, winner minus loser
  /// @param weights w, one for each difference
  PreferenceObjective(
      double[] linear, double[][] differences, double[] weights, double ridge, double centre) {
    this.linear = linear;
    this.differences = differences;
    this.weights = weights;
    this.ridge = ridge;
    this.centre = centre;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public double value(double[] v) {
    double sum = dot(linear, v);
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * Logistic.loss(dot(differences[k], v));
    }
    double square = 0;
    for (double e : v) {
      square += (e - centre) * (e - centre);
    }
    return sum + ridge / 2 * square;
  }

  @Override
  public double[] gradient(double[] v) {
    double[] g = linear.clone();
    for (int k = 0; k < weights.length; k++) {
      double slope = -weights[k] * Logistic.sigmoid(-dot(differences[k], v));
      for (int i = 0; i < g.length; i++) {
        g[i] += slope * differences[k][i];
      }
    }
    for (int i = 0; i < g.length; i++) {
      g[i] += ridge * (v[i] - centre);
    }
    return g;
  }

  @Override
  public double[][] hessian(double[] v) {
    int n = linear.length;
    double[][] h = new double[n][n];
    for (int k = 0; k < weights.length; k++) {
      double z = dot(differences[k], v);
      double curve = weights[k] * Logistic.sigmoid(z) * Logistic.sigmoid(-z);
      double[] d = differences[k];
      for (int i = 0; i < n; i++) {
        if (d[i] != 0) {
          for (int j = 0; j < n; j++) {
            h[i][j] += curve * d[i] * d[j];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      h[i][i] += ridge;
    }
    return h;
  }

  /// A bound on the eigenvalues of the second derivative.
  double smoothness() {
    double sum = ridge;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] / 4 * dot(differences[k], differences[k]);
    }
    return sum;
  }
}
