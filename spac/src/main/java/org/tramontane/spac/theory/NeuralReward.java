package org.tramontane.spac.theory;

import java.util.random.RandomGenerator;

/// Rewards of a small neural network with one hidden layer,
///
///     f(x, y) = (scale / H) sum_j (v_j / B) tanh(w_j . phi(x, y))
///
/// with every weight in [-B, B], so that |f| is at most `scale`. The weights theta are unit after unit w_j, v_j: H (d + 1) of them. Let a feature be
/// the constant 1 and there are biases.
public final class NeuralReward {
  private final double[][][] features;
  private final int hidden;
  private final double bound;
  private final double factor;

  /// @param features phi `[X][Y][d]`
  /// @param hidden H
  /// @param bound B
  /// @param scale of the output
  public NeuralReward(double[][][] features, int hidden, double bound, double scale) {
    if (hidden < 1 || !(bound > 0) || !(scale > 0)) {
      throw new IllegalArgumentException(
          "hidden %d, bound %s, scale %s: allowed are positive values"
              .formatted(hidden, bound, scale));
    }
    this.features = features;
    this.hidden = hidden;
    this.bound = bound;
    this.factor = scale / hidden / bound;
  }

  /// Number of weights.
  public int size() {
    return hidden * (features[0][0].length + 1);
  }

  ConvexSet.Box box() {
    return new ConvexSet.Box(-bound, bound);
  }

  /// Weights drawn uniformly from the box.
  public double[] draw(RandomGenerator random) {
    double[] theta = new double[size()];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = random.nextDouble(-bound, bound);
    }
    return theta;
  }

  /// f `[X][Y]`.
  public double[][] rewards(double[] theta) {
    double[][] f = new double[features.length][];
    for (int x = 0; x < f.length; x++) {
      f[x] = new double[features[x].length];
      for (int y = 0; y < f[x].length; y++) {
        for (int j = 0; j < hidden; j++) {
          f[x][y] += factor * outer(theta, j) * Logistic.tanh(inner(theta, j, features[x][y]));
        }
      }
    }
    return f;
  }

  private double inner(double[] theta, int unit, double[] phi) {
    int at = unit * (phi.length + 1);
    double sum = 0;
    for (double e : phi) {
      sum += theta[at++] * e;
    }
    return sum;
  }

  private double outer(double[] theta, int unit) {
    int width = features[0][0].length + 1;
    return theta[unit * width + width - 1];
  }

  /// A function of the rewards, as a function of the weights: its prompts are `parts`.
  Objective objective(PairObjective[] parts) {
    return new Composed(parts);
  }

  private final class Composed implements Objective {
    private final PairObjective[] parts;

    Composed(PairObjective[] parts) {
      this.parts = parts;
    }

    @Override
    public double value(double[] theta) {
      double[][] f = rewards(theta);
      double sum = 0;
      for (int x = 0; x < f.length; x++) {
        sum += parts[x].value(f[x]);
      }
      return sum;
    }

    @Override
    public double[] gradient(double[] theta) {
      double[][] f = rewards(theta);
      double[] g = new double[theta.length];
      for (int x = 0; x < f.length; x++) {
        double[] slopes = parts[x].gradient(f[x]);
        for (int y = 0; y < slopes.length; y++) {
          double[] row = derivative(theta, features[x][y]);
          for (int i = 0; i < g.length; i++) {
            g[i] += slopes[y] * row[i];
          }
        }
      }
      return g;
    }

    /// sum_x J_x^T H_x J_x + sum_xy (dF / df) d^2 f: the second only within a unit.
    @Override
    public double[][] hessian(double[] theta) {
      double[][] f = rewards(theta);
      double[][] h = new double[theta.length][theta.length];
      for (int x = 0; x < f.length; x++) {
        double[] slopes = parts[x].gradient(f[x]);
        double[][] curve = parts[x].hessian(f[x]);
        double[][] rows = new double[slopes.length][];
        for (int y = 0; y < rows.length; y++) {
          rows[y] = derivative(theta, features[x][y]);
          addCurvature(h, theta, features[x][y], slopes[y]);
        }
        for (int y = 0; y < rows.length; y++) {
          double[] mixed = new double[theta.length];
          for (int z = 0; z < rows.length; z++) {
            for (int i = 0; i < mixed.length; i++) {
              mixed[i] += curve[y][z] * rows[z][i];
            }
          }
          for (int i = 0; i < mixed.length; i++) {
            for (int k = 0; k < mixed.length; k++) {
              h[i][k] += rows[y][i] * mixed[k];
            }
          }
        }
      }
      return h;
    }

    /// d f / d theta at one response: factor v tanh' phi for w, factor tanh for v.
    private double[] derivative(double[] theta, double[] phi) {
      double[] row = new double[theta.length];
      int at = 0;
      for (int j = 0; j < hidden; j++) {
        double t = Logistic.tanh(inner(theta, j, phi));
        double slope = factor * outer(theta, j) * (1 - t * t);
        for (double e : phi) {
          row[at++] = slope * e;
        }
        row[at++] = factor * t;
      }
      return row;
    }

    private void addCurvature(double[][] h, double[] theta, double[] phi, double weight) {
      int d = phi.length;
      for (int j = 0; j < hidden; j++) {
        int at = j * (d + 1);
        double t = Logistic.tanh(inner(theta, j, phi));
        double first = weight * factor * (1 - t * t);
        double second = -2 * t * first * outer(theta, j);
        for (int i = 0; i < d; i++) {
          for (int k = 0; k < d; k++) {
            h[at + i][at + k] += second * phi[i] * phi[k];
          }
          h[at + i][at + d] += first * phi[i];
          h[at + d][at + i] += first * phi[i];
        }
      }
    }
  }
}
