package org.tramontane.spac.theory;

/// Projected gradient steps with Nesterov's momentum, begun anew when they point uphill (O'Donoghue and Candes 2015): slower than Newton and
/// altogether different, to check it.
///
/// `smoothness` bounds the eigenvalues of the second derivative.
final class AcceleratedGradient {
  private AcceleratedGradient() {}

  static Minimum minimise(
      Objective objective,
      double smoothness,
      ConvexSet set,
      double[] start,
      double gap,
      int steps) {
    double rate = 1 / smoothness;
    double[] v = set.project(start);
    double[] ahead = v;
    double momentum = 1;
    for (int step = 0; step < steps; step++) {
      double[] gradient = objective.gradient(ahead);
      double[] next = ahead.clone();
      for (int i = 0; i < next.length; i++) {
        next[i] -= rate * gradient[i];
      }
      next = set.project(next);
      double uphill = 0;
      for (int i = 0; i < next.length; i++) {
        uphill += (ahead[i] - next[i]) * (next[i] - v[i]);
      }
      double following = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      double share = uphill > 0 ? 0 : (momentum - 1) / following;
      ahead = next.clone();
      for (int i = 0; i < next.length; i++) {
        ahead[i] += share * (next[i] - v[i]);
      }
      momentum = following;
      v = next;
      if (step % 16 == 0 && set.gap(v, objective.gradient(v)) <= gap) {
        break;
      }
    }
    return Minimum.at(v, objective, set);
  }
}
