package org.tramontane.spac.theory;

import org.jspecify.annotations.Nullable;

/// Newton's method for a convex function in a box (Bertsekas 1982): coordinates at a bound, or almost, that the gradient pushes against go there, the others take a Newton step
/// along the projected arc, shortened until the value falls (Armijo).
///
/// A shift of all rewards of a prompt changes nothing where there is no ridge, so the second derivative is singular; a damping of 1e-12 of its
/// trace picks one of the equal minima. What is not convex is for [TrustRegion].
final class ProjectedNewton {
  private static final double DAMPING = 1e-12;

  private ProjectedNewton() {}

  /// Until the certified gap is at most `gap`.
  static Minimum minimise(Objective objective, ConvexSet.Box box, double[] start, double gap) {
    double[] v = minimise(objective, box, start, gap, 500, box::gap);
    return Minimum.at(v, objective, box);
  }

  /// The point with the least `residual` on the way, which ends where that is at most `enough`, after `steps`, or where rounding leaves nothing to gain.
  static double[] minimise(
      Objective objective,
      ConvexSet.Box box,
      double[] start,
      double enough,
      int steps,
      Residual residual) {
    double[] v = box.project(start);
    double[] gradient = objective.gradient(v);
    double now = residual.of(v, gradient);
    double best = now;
    double[] answer = v;
    for (int step = 0; step < steps && best > enough; step++) {
      double[] direction = direction(objective, box, v, gradient);
      if (direction == null) {
        break;
      }
      double[] full = moved(box, v, direction, 1);
      double[] fullGradient = objective.gradient(full);
      double fullResidual = residual.of(full, fullGradient);
      // A full step that halves the residual needs no look at the values: near a minimum that is
      // every one, and there differences of values are rounding.
      if (fullResidual <= now / 2) {
        v = full;
        gradient = fullGradient;
        now = fullResidual;
      } else {
        double[] next = shortened(objective, box, v, gradient, direction);
        if (next == null) {
          if (fullResidual >= now) {
            break;
          }
          next = full;
        }
        v = next;
        gradient = objective.gradient(v);
        now = residual.of(v, gradient);
      }
      if (now < best) {
        best = now;
        answer = v;
      }
    }
    return answer;
  }

  private static double[] moved(ConvexSet.Box box, double[] v, double[] direction, double length) {
    double[] next = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      next[i] = Math.clamp(v[i] + length * direction[i], box.low(), box.high());
    }
    return next;
  }

  private static double @Nullable [] shortened(
      Objective objective, ConvexSet.Box box, double[] v, double[] gradient, double[] direction) {
    double value = objective.value(v);
    for (double length = 1; length > 1e-14; length /= 2) {
      double[] next = moved(box, v, direction, length);
      double expected = 0;
      for (int i = 0; i < v.length; i++) {
        expected += gradient[i] * (v[i] - next[i]);
      }
      if (!(expected > 0)) {
        continue;
      }
      double change = objective.value(next) - value;
      if (change <= -1e-4 * expected) {
        return next;
      }
      // Where the change is lost in rounding, a slope that is still downhill, or up by less than
      // half, says the same.
      if (Math.abs(change) <= 1e-12 * (1 + Math.abs(value))) {
        double[] there = objective.gradient(next);
        double slope = 0;
        for (int i = 0; i < v.length; i++) {
          slope += there[i] * (next[i] - v[i]);
        }
        if (slope <= expected / 2) {
          return next;
        }
      }
    }
    return null;
  }

  /// How near a bound counts as there: without it, a coordinate just off its bound cuts the step of all others short (Bertsekas).
  private static double near(ConvexSet.Box box, double[] v, double[] gradient) {
    double largest = 0;
    for (int i = 0; i < v.length; i++) {
      double step = v[i] - Math.clamp(v[i] - gradient[i], box.low(), box.high());
      largest = Math.max(largest, Math.abs(step));
    }
    return Math.min(largest, 1e-2 * (box.high() - box.low()));
  }

  /// Newton's direction in the free coordinates, or null where none goes downhill.
  private static double @Nullable [] direction(
      Objective objective, ConvexSet.Box box, double[] v, double[] gradient) {
    int n = v.length;
    double near = near(box, v, gradient);
    int[] free = new int[n];
    double[] direction = new double[n];
    double slope = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (v[i] <= box.low() + near && gradient[i] > 0) {
        direction[i] = box.low() - v[i];
      } else if (v[i] >= box.high() - near && gradient[i] < 0) {
        direction[i] = box.high() - v[i];
      } else {
        free[count++] = i;
      }
      slope += gradient[i] * direction[i];
    }
    if (count == 0) {
      return slope < 0 ? direction : null;
    }
    double[][] hessian = objective.hessian(v);
    double[] newton = new double[count];
    double trace = 0;
    for (int i = 0; i < count; i++) {
      newton[i] = -gradient[free[i]];
      trace += Math.abs(hessian[free[i]][free[i]]);
    }
    double damping = DAMPING * trace / count + 1e-300;
    boolean solved = Cholesky.solve(part(hessian, free, count), damping, newton);
    if (solved) {
      stopAtBounds(box, v, hessian, free, count, newton);
    }
    for (int i = 0; i < count; i++) {
      double d = solved && Double.isFinite(newton[i]) ? newton[i] : -gradient[free[i]];
      direction[free[i]] = d;
      slope += gradient[free[i]] * d;
    }
    return slope < 0 ? direction : null;
  }

  private static double[][] part(double[][] hessian, int[] free, int count) {
    double[][] part = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        part[i][j] = hessian[free[i]][free[j]];
      }
    }
    return part;
  }

  /// Where a part of the coordinates can be shifted together without curvature, and the gradient says so, Newton's step for it is limited by damping alone:
  /// it is cut where its first coordinate meets its bound, lest the projection bend all others. Parts that no second derivative connects are cut apart.
  private static void stopAtBounds(
      ConvexSet.Box box, double[] v, double[][] hessian, int[] free, int count, double[] newton) {
    double width = box.high() - box.low();
    int[] part = new int[count];
    for (int i = 0; i < count; i++) {
      if (part[i] != 0 || Math.abs(newton[i]) <= width) {
        continue;
      }
      int[] stack = new int[count];
      int top = 0;
      int mark = i + 1;
      double share = 1;
      stack[top++] = i;
      part[i] = mark;
      while (top > 0) {
        int at = stack[--top];
        double bound = newton[at] < 0 ? box.low() : box.high();
        double way = (bound - v[free[at]]) / newton[at];
        // One that is there already is left to the projection.
        share = Math.abs(bound - v[free[at]]) > 1e-9 * width ? Math.min(share, way) : share;
        for (int j = 0; j < count; j++) {
          if (part[j] == 0 && hessian[free[at]][free[j]] != 0) {
            part[j] = mark;
            stack[top++] = j;
          }
        }
      }
      for (int j = 0; j < count; j++) {
        if (part[j] == mark) {
          newton[j] *= share;
        }
      }
    }
  }
}
