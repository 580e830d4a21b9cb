package org.tramontane.spac.theory;

/// How far a point is from being a minimum, from its gradient; 0 at one.
interface Residual {
  double of(double[] v, double[] gradient);
}
