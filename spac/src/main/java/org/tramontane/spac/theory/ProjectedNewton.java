package org.tramontane.spac.theory;

import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.jspecify.annotations.Nullable;

/// Newton's method in a box (Bertsekas 1982): coordinates at a bound that the gradient pushes against stay, the others take a Newton step
/// along the projected arc, shortened until the value falls (Armijo).
///
/// A shift of all rewards of a prompt changes nothing where there is no ridge, so the second derivative is singular; a damping of 1e-12 of its
/// trace picks one of the equal minima.
final class ProjectedNewton {
  private static final int STEPS = 500;
  private static final double DAMPING = 1e-12;

  private ProjectedNewton() {}

  static Minimum minimise(
      PreferenceObjective objective, ConvexSet.Box box, double[] start, double gap) {
    double[] v = box.project(start);
    double best = Double.POSITIVE_INFINITY;
    double[] answer = v;
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = objective.gradient(v);
      double certified = box.gap(v, gradient);
      if (certified < best) {
        best = certified;
        answer = v;
      }
      if (certified <= gap) {
        break;
      }
      double @Nullable [] next = step(objective, box, v, gradient);
      if (next == null) {
        break; // rounding leaves nothing to gain
      }
      v = next;
    }
    return Minimum.at(answer, objective, box);
  }

  private static double @Nullable [] step(
      PreferenceObjective objective, ConvexSet.Box box, double[] v, double[] gradient) {
    int[] free =
        IntStream.range(0, v.length)
            .filter(
                i ->
                    !(v[i] <= box.low() && gradient[i] >= 0)
                        && !(v[i] >= box.high() && gradient[i] <= 0))
            .toArray();
    if (free.length == 0) {
      return null;
    }
    double[] newton = newton(objective.hessian(v), gradient, free);
    double value = objective.value(v);
    double[] direction = new double[v.length];
    double slope = 0;
    for (int i = 0; i < free.length; i++) {
      direction[free[i]] = -newton[i];
      slope += gradient[free[i]] * newton[i];
    }
    if (!(slope > 0)) {
      return null;
    }
    for (double length = 1; length > 1e-14; length /= 2) {
      double[] next = v.clone();
      for (int i = 0; i < v.length; i++) {
        next[i] += length * direction[i];
      }
      next = box.project(next);
      double expected = 0;
      for (int i = 0; i < v.length; i++) {
        expected += gradient[i] * (v[i] - next[i]);
      }
      if (expected <= 0) {
        continue;
      }
      double now = objective.value(next);
      if (now <= value - 1e-4 * expected) {
        return next;
      }
      // So near that the difference of values is rounding: take the full step if it improves the
      // certificate.
      if (length == 1
          && Math.abs(now - value) <= 1e-13 * (1 + Math.abs(value))
          && box.gap(next, objective.gradient(next)) < box.gap(v, gradient)) {
        return next;
      }
    }
    return null;
  }

  private static double[] newton(double[][] hessian, double[] gradient, int[] free) {
    RealMatrix h = new Array2DRowRealMatrix(hessian).getSubMatrix(free, free);
    double damping = DAMPING * h.getTrace() / free.length + 1e-300;
    double[] g = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      g[i] = gradient[free[i]];
      h.addToEntry(i, i, damping);
    }
    LUDecomposition lu = new LUDecomposition(h, 0);
    double[] direct =
        lu.getSolver().isNonSingular() ? lu.getSolver().solve(new ArrayRealVector(g)).toArray() : g;
    for (double d : direct) {
      if (!Double.isFinite(d)) {
        return g;
      }
    }
    return direct;
  }
}
