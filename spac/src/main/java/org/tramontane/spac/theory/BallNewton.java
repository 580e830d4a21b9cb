package org.tramontane.spac.theory;

import org.jspecify.annotations.Nullable;

/// Newton's method in a ball: each step minimises the quadratic model over the whole ball, exactly, and goes towards that point until the value
/// falls. From the last round's answer one or two steps are enough.
///
/// The model's minimum over the ball is u = (H + nu I)^-1 b for the least nu >= 0 with |u| at most the radius; nu is found by Newton's method on
/// 1 / |u| - 1 / radius, which is concave in nu and nearly straight (Moré and Sorensen 1983).
final class BallNewton {
  private BallNewton() {}

  static Minimum minimise(Objective objective, ConvexSet.Ball ball, double[] start, double gap) {
    double[] v = ball.project(start);
    double[] best = v;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < 200; step++) {
      double[] gradient = objective.gradient(v);
      double certified = ball.gap(v, gradient);
      if (certified < least) {
        least = certified;
        best = v;
      }
      if (certified <= gap) {
        break;
      }
      double[] next = step(objective, ball, v, gradient, certified);
      if (next == null) {
        break; // rounding leaves nothing to gain
      }
      v = next;
    }
    return Minimum.at(best, objective, ball);
  }

  private static double @Nullable [] step(
      Objective objective, ConvexSet.Ball ball, double[] v, double[] gradient, double certified) {
    double[][] hessian = objective.hessian(v);
    double[] b = new double[v.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = -gradient[i] + PreferenceObjective.dot(hessian[i], v);
    }
    double[] target = model(hessian, b, ball.radius());
    double slope = 0;
    for (int i = 0; i < v.length; i++) {
      slope += gradient[i] * (v[i] - target[i]);
    }
    double[] full = ball.project(target);
    if (ball.gap(full, objective.gradient(full)) <= certified / 2) {
      return full;
    }
    double value = objective.value(v);
    for (double length = 1; length > 1e-12; length /= 2) {
      double[] next = v.clone();
      for (int i = 0; i < v.length; i++) {
        next[i] += length * (target[i] - v[i]);
      }
      if (slope > 0 && objective.value(next) <= value - 1e-4 * length * slope) {
        return next;
      }
    }
    return null;
  }

  /// argmin over |u| <= radius of u . H u / 2 - b . u.
  static double[] model(double[][] hessian, double[] b, double radius) {
    int n = b.length;
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += hessian[i][i];
    }
    double nu = 1e-13 * (trace + 1e-13);
    double[] u = b.clone();
    for (int step = 0; step < 100; step++) {
      double[][] factor = new double[n][];
      for (int i = 0; i < n; i++) {
        factor[i] = hessian[i].clone();
      }
      u = b.clone();
      if (!Cholesky.solve(factor, nu, u)) {
        nu = 10 * nu + 1e-300;
        continue;
      }
      double norm = Math.sqrt(PreferenceObjective.dot(u, u));
      if (norm <= radius * (1 + 1e-14)) {
        break; // inside, or arrived: from the left nu never overshoots
      }
      // d|u|^2 / dnu = -2 |L^-1 u|^2.
      double[] w = u.clone();
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) {
          w[i] -= factor[i][k] * w[k];
        }
        w[i] /= factor[i][i];
      }
      double ratio = norm * norm / PreferenceObjective.dot(w, w);
      double increase = ratio * (norm - radius) / radius;
      if (nu + increase == nu) {
        break;
      }
      nu += increase;
    }
    return u;
  }
}
