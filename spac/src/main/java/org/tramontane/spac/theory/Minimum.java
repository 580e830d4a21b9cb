package org.tramontane.spac.theory;

/// Where a solver stopped.
final class Minimum {
  private final double[] point;
  private final double value;
  private final double gap;

  private Minimum(double[] point, double value, double gap) {
    this.point = point;
    this.value = value;
    this.gap = gap;
  }

  static Minimum at(double[] point, Objective objective, ConvexSet set) {
    return new Minimum(point, objective.value(point), set.gap(point, objective.gradient(point)));
  }

  double[] point() {
    return point;
  }

  double value() {
    return value;
  }

  double gap() {
    return gap;
  }
}
