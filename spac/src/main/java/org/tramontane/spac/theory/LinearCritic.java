package org.tramontane.spac.theory;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/// A critic whose rewards are linear, f(x, y) = theta . phi(x, y), with |theta| at most `radius`.
public final class LinearCritic implements Critic {
  private final double[][][] features;
  private final double[][] mu;
  private final ConvexSet.Ball ball;
  private final double gap;
  private final double aim;
  private final double[][] differences;
  private final double[] weights;
  private final TabularCritic table;
  private double[] last;

  /// @param features phi `[X][Y][d]`
  /// @param lambda weight of the preferences' mean loss
  /// @param radius of the ball
  /// @param gap how far an answer may be above its minimum, at most
  /// @param aim the gap that the solver tries to reach, smaller than `gap`
  public LinearCritic(
      Comparisons data,
      double[][] mu,
      double[][][] features,
      double lambda,
      double radius,
      double gap,
      double aim) {
    this.features = features;
    this.mu = mu;
    this.ball = new ConvexSet.Ball(radius);
    this.gap = gap;
    this.aim = aim;
    List<double[]> rows = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (int x = 0; x < data.prompts(); x++) {
      for (int a = 0; a < data.responses(); a++) {
        for (int b = 0; b < data.responses(); b++) {
          if (data.wins(x, a, b) > 0) {
            double[] row = features[x][a].clone();
            for (int i = 0; i < row.length; i++) {
              row[i] -= features[x][b][i];
            }
            rows.add(row);
            times.add(lambda * data.wins(x, a, b) / data.count());
          }
        }
      }
    }
    this.differences = rows.toArray(double[][]::new);
    this.weights = times.stream().mapToDouble(Double::doubleValue).toArray();
    // The objective as a function of rewards is the table's, whatever they are made of.
    this.table = new TabularCritic(data, mu, lambda, -1, 1, 0, gap, aim);
    this.last = new double[features[0][0].length];
  }

  ConvexSet.Ball ball() {
    return ball;
  }

  /// What the critic minimises over theta against `pi`.
  PreferenceObjective objective(double[][] pi) {
    return new PreferenceObjective(excess(pi, mu, features), differences, weights, 0, 0);
  }

  /// E_pi phi - E_mu phi.
  private static double[] excess(double[][] pi, double[][] mu, double[][][] features) {
    double[] linear = new double[features[0][0].length];
    for (int x = 0; x < pi.length; x++) {
      for (int y = 0; y < pi[x].length; y++) {
        for (int i = 0; i < linear.length; i++) {
          linear[i] += (pi[x][y] - mu[x][y]) / pi.length * features[x][y][i];
        }
      }
    }
    return linear;
  }

  @Override
  public Certificate certificate() {
    return Certificate.OPTIMALITY_GAP;
  }

  @Override
  public double tolerance() {
    return gap;
  }

  @Override
  public double objective(double[][] pi, double[][] f) {
    return table.objective(pi, f);
  }

  @Override
  public Answer answer(double[][] pi) {
    Minimum minimum = BallNewton.minimise(objective(pi), ball, last, aim);
    last = minimum.point();
    double[][] f = new double[pi.length][];
    for (int x = 0; x < pi.length; x++) {
      f[x] = new double[pi[x].length];
      for (int y = 0; y < f[x].length; y++) {
        f[x][y] = PreferenceObjective.dot(last, features[x][y]);
      }
    }
    return new Answer(f, minimum.value(), minimum.gap());
  }

  /// The coverage coefficient of `pi` when only linear rewards count, sup over theta of theta . b / sqrt(theta . A theta) = sqrt(b . A^-1 b) with
  /// b = E_pi phi - E_mu phi and A = E (phi(y) - phi(y')) (phi(y) - phi(y'))^T for y, y' from mu. It is at most [Bandit#concentrability].
  public static double concentrability(double[][] pi, double[][] mu, double[][][] features) {
    int d = features[0][0].length;
    Array2DRowRealMatrix compared = new Array2DRowRealMatrix(d, d);
    for (int x = 0; x < mu.length; x++) {
      for (int a = 0; a < mu[x].length; a++) {
        for (int b = 0; b < mu[x].length; b++) {
          double share = mu[x][a] * mu[x][b] / mu.length;
          for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
              compared.addToEntry(
                  i,
                  j,
                  share
                      * (features[x][a][i] - features[x][b][i])
                      * (features[x][a][j] - features[x][b][j]));
            }
          }
        }
      }
    }
    RealVector b = new ArrayRealVector(excess(pi, mu, features));
    return Math.sqrt(b.dotProduct(new SingularValueDecomposition(compared).getSolver().solve(b)));
  }
}
