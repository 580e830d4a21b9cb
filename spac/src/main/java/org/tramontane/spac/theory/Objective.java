package org.tramontane.spac.theory;

/// A function that a solver minimises, with its derivatives by hand.
interface Objective {
  double value(double[] v);

  /// A fresh array.
  double[] gradient(double[] v);

  /// Symmetric; fresh arrays.
  double[][] hessian(double[] v);
}
