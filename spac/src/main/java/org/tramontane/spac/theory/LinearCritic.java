package org.tramontane.spac.theory;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.jspecify.annotations.Nullable;

/// A critic whose rewards are linear, f(x, y) = theta . phi(x, y), with |theta| at most `radius`.
///
/// With the multiplier nu of the constraint the minimum is that of F(theta) + (nu / 2) |theta|^2, whose norm falls in nu: Brent's method finds
/// the nu whose minimum lies on the sphere, or none is needed.
public final class LinearCritic implements Critic {
  private static final double LEAST = 1e-10;
  private static final double MOST = 1e8;

  private final double[][][] features;
  private final double[][] mu;
  private final ConvexSet.Ball ball;
  private final double[][] differences;
  private final double[] weights;
  private double[] last;
  private double lastLogNu = Double.NaN;

  /// @param features phi `[X][Y][d]`
  /// @param lambda weight of the preferences' mean loss
  /// @param radius of the ball
  public LinearCritic(
      Comparisons data, double[][] mu, double[][][] features, double lambda, double radius) {
    this.features = features;
    this.mu = mu;
    this.ball = new ConvexSet.Ball(radius);
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
    this.last = new double[features[0][0].length];
  }

  ConvexSet.Ball ball() {
    return ball;
  }

  /// What the critic minimises over theta against `pi`, and a ridge of nu.
  PreferenceObjective objective(double[][] pi, double nu) {
    double[] linear = new double[last.length];
    for (int x = 0; x < pi.length; x++) {
      for (int y = 0; y < pi[x].length; y++) {
        for (int i = 0; i < linear.length; i++) {
          linear[i] += (pi[x][y] - mu[x][y]) / pi.length * features[x][y][i];
        }
      }
    }
    return new PreferenceObjective(linear, differences, weights, nu, 0);
  }

  @Override
  public Answer answer(double[][] pi) {
    double radius = ball.radius();
    double[] start = last;
    UnivariateFunction excess =
        logNu -> norm(newton(objective(pi, Math.exp(logNu)), start)) - radius;
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    // From one round to the next nu hardly changes.
    if (!Double.isNaN(lastLogNu)
        && excess.value(lastLogNu - 1) > 0
        && excess.value(lastLogNu + 1) < 0) {
      low = lastLogNu - 1;
      high = lastLogNu + 1;
    }
    double logNu = low;
    if (excess.value(low) > 0) {
      logNu = new BrentSolver(1e-12, 1e-12).solve(200, excess, low, high);
      lastLogNu = logNu;
    }
    double[] theta = ball.project(newton(objective(pi, Math.exp(logNu)), start));
    last = theta;
    Minimum minimum = Minimum.at(theta, objective(pi, 0), ball);
    double[][] f = new double[pi.length][];
    for (int x = 0; x < pi.length; x++) {
      f[x] = new double[pi[x].length];
      for (int y = 0; y < f[x].length; y++) {
        f[x][y] = PreferenceObjective.dot(theta, features[x][y]);
      }
    }
    return new Answer(f, minimum.value(), minimum.gap());
  }

  private static double norm(double[] v) {
    return Math.sqrt(PreferenceObjective.dot(v, v));
  }

  /// Newton's method without constraints, each step shortened until the value falls.
  private static double[] newton(PreferenceObjective objective, double[] start) {
    double[] v = start;
    for (int step = 0; step < 200; step++) {
      double[] gradient = objective.gradient(v);
      if (norm(gradient) < 1e-14) {
        break;
      }
      RealMatrix hessian = new Array2DRowRealMatrix(objective.hessian(v));
      double[] direction =
          new LUDecomposition(hessian, 0)
              .getSolver()
              .solve(new ArrayRealVector(gradient))
              .toArray();
      double slope = PreferenceObjective.dot(gradient, direction);
      double value = objective.value(v);
      double @Nullable [] next = null;
      for (double length = 1; length > 1e-12; length /= 2) {
        double[] candidate = v.clone();
        for (int i = 0; i < v.length; i++) {
          candidate[i] -= length * direction[i];
        }
        if (objective.value(candidate) <= value - 1e-4 * length * slope) {
          next = candidate;
          break;
        }
      }
      if (next == null) {
        break; // rounding leaves nothing to gain
      }
      v = next;
    }
    return v;
  }
}
