package org.tramontane.spac.theory;

/// What the critic minimises at one prompt of a table, F(v) = c . v + sum over pairs a < b of
/// w_ab s(v_a - v_b) + w_ba s(v_b - v_a) + (ridge / 2) |v - centre|^2 with s = -log sigmoid: [PreferenceObjective] with differences of two
/// coordinates, where one exponential serves a pair both ways.
final class PairObjective implements Objective {
  private final double[] linear;
  private final int[] first;
  private final int[] second;
  private final double[] firstWins;
  private final double[] secondWins;
  private final double constant;
  private final double ridge;
  private final double centre;

  private PairObjective(PairObjective other, double[] linear) {
    this.linear = linear;
    this.first = other.first;
    this.second = other.second;
    this.firstWins = other.firstWins;
    this.secondWins = other.secondWins;
    this.constant = other.constant;
    this.ridge = other.ridge;
    this.centre = other.centre;
  }

  /// The preferences at prompt `x`, each comparison with weight `lambda / n`.
  PairObjective(Comparisons data, int x, double lambda, double ridge, double centre) {
    int responses = data.responses();
    double share = lambda / data.count();
    int pairs = 0;
    double same = 0;
    for (int a = 0; a < responses; a++) {
      same += share * data.wins(x, a, a) * Logistic.loss(0); // a response that met itself
      for (int b = a + 1; b < responses; b++) {
        pairs += data.wins(x, a, b) + data.wins(x, b, a) > 0 ? 1 : 0;
      }
    }
    this.linear = new double[responses];
    this.first = new int[pairs];
    this.second = new int[pairs];
    this.firstWins = new double[pairs];
    this.secondWins = new double[pairs];
    int k = 0;
    for (int a = 0; a < responses; a++) {
      for (int b = a + 1; b < responses; b++) {
        if (data.wins(x, a, b) + data.wins(x, b, a) > 0) {
          first[k] = a;
          second[k] = b;
          firstWins[k] = share * data.wins(x, a, b);
          secondWins[k++] = share * data.wins(x, b, a);
        }
      }
    }
    this.constant = same;
    this.ridge = ridge;
    this.centre = centre;
  }

  /// The same preferences with another c.
  PairObjective withLinear(double[] c) {
    return new PairObjective(this, c);
  }

  @Override
  public double value(double[] v) {
    double sum = constant;
    for (int i = 0; i < v.length; i++) {
      sum += linear[i] * v[i] + ridge / 2 * (v[i] - centre) * (v[i] - centre);
    }
    for (int k = 0; k < first.length; k++) {
      double z = v[first[k]] - v[second[k]];
      double tail = Math.log1p(Math.exp(-Math.abs(z)));
      sum += firstWins[k] * (tail + Math.max(-z, 0)) + secondWins[k] * (tail + Math.max(z, 0));
    }
    return sum;
  }

  @Override
  public double[] gradient(double[] v) {
    double[] g = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      g[i] = linear[i] + ridge * (v[i] - centre);
    }
    for (int k = 0; k < first.length; k++) {
      double p = Logistic.sigmoid(v[first[k]] - v[second[k]]);
      double slope = secondWins[k] * p - firstWins[k] * (1 - p);
      g[first[k]] += slope;
      g[second[k]] -= slope;
    }
    return g;
  }

  @Override
  public double[][] hessian(double[] v) {
    double[][] h = new double[v.length][v.length];
    for (int i = 0; i < v.length; i++) {
      h[i][i] = ridge;
    }
    for (int k = 0; k < first.length; k++) {
      int a = first[k];
      int b = second[k];
      double p = Logistic.sigmoid(v[a] - v[b]);
      double curve = (firstWins[k] + secondWins[k]) * p * (1 - p);
      h[a][a] += curve;
      h[b][b] += curve;
      h[a][b] -= curve;
      h[b][a] -= curve;
    }
    return h;
  }

  /// A bound on the eigenvalues of the second derivative.
  double smoothness() {
    double sum = ridge;
    for (int k = 0; k < first.length; k++) {
      sum += (firstWins[k] + secondWins[k]) / 2;
    }
    return sum;
  }
}
