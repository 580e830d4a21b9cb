package org.tramontane.spac.theory;

/// Trust regions in a box, for functions that need not be convex (Conn, Gould and Toint, SIAM J. Numer. Anal. 25, 1988): every limit of its points is
/// stationary.
///
/// A step minimises the quadratic model over the part of the box that is within a radius, in the largest norm, so that both are bounds of coordinates and the
/// model knows them ([BoxModel]). Newton's step, bent by a projection afterwards, is no substitute where curvatures differ by a factor of 10^7: bent, it
/// climbs the steep walls of its valley, and a 30,000th of it is all that goes downhill.
///
/// What a step gains is the difference of values while rounding leaves it some digits, and below that -(g + g') . s / 2, from the slopes at both
/// ends, whose rounding shrinks with the step (Hager and Zhang, SIAM J. Optim. 16, 2005, for line searches). Both differ from the model's gain in the
/// third order of s only.
final class TrustRegion {
  /// Below this part of the value, a gain is taken from slopes: sums of dozens of terms are right to 10^-15, so that above it values know a gain to 10^-4.
  private static final double DIGITS = 1e-11;

  private final Objective objective;
  private final ConvexSet.Box box;
  private double[] v;
  private double value;
  private double[] gradient;
  private double[][] hessian;
  private double radius;

  private TrustRegion(Objective objective, ConvexSet.Box box, double[] start) {
    this.objective = objective;
    this.box = box;
    this.v = box.project(start);
    this.value = objective.value(v);
    this.gradient = objective.gradient(v);
    this.hessian = objective.hessian(v);
    this.radius = (box.high() - box.low()) / 8;
  }

  /// The point with the least `residual` on the way, which ends where that is at most `enough`, after `steps`, or where rounding leaves nothing to gain.
  static double[] minimise(
      Objective objective,
      ConvexSet.Box box,
      double[] start,
      double enough,
      int steps,
      Residual residual) {
    TrustRegion search = new TrustRegion(objective, box, start);
    double best = residual.of(search.v, search.gradient);
    double[] answer = search.v;
    double least = 1e-15 * (box.high() - box.low());
    for (int step = 0; step < steps && best > enough && search.radius > least; step++) {
      if (search.step()) {
        double now = residual.of(search.v, search.gradient);
        if (now < best) {
          best = now;
          answer = search.v;
        }
      }
    }
    return answer;
  }

  /// @return whether the point moved
  private boolean step() {
    double[] low = new double[v.length];
    double[] high = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      low[i] = Math.max(box.low() - v[i], -radius);
      high[i] = Math.min(box.high() - v[i], radius);
    }
    double[] s = BoxModel.minimise(gradient, hessian, low, high);
    double[] next = new double[v.length];
    double length = 0;
    for (int i = 0; i < v.length; i++) {
      next[i] = Math.clamp(v[i] + s[i], box.low(), box.high());
      length = Math.max(length, Math.abs(s[i]));
    }
    double nextValue = objective.value(next);
    double[] nextGradient = objective.gradient(next);
    double predicted = -BoxModel.value(gradient, hessian, s);
    double gain = value - nextValue;
    if (predicted <= DIGITS * (1 + Math.abs(value))) {
      gain = -(PreferenceObjective.dot(gradient, s) + PreferenceObjective.dot(nextGradient, s)) / 2;
    }
    double ratio = gain / predicted; // not a number where there is no step
    if (!(ratio >= 0.25)) {
      radius = length / 4;
    } else if (ratio > 0.75 && length > 0.9 * radius) {
      radius = Math.min(2 * radius, box.high() - box.low());
    }
    if (!(ratio > 1e-4)) {
      return false;
    }
    v = next;
    value = nextValue;
    gradient = nextGradient;
    hessian = objective.hessian(next);
    return true;
  }
}
