package org.tramontane.spac.theory;

/// The values that a reward may have.
sealed interface ConvexSet {
  /// The nearest point of the set.
  double[] project(double[] v);

  /// max over u in the set of g . (v - u). With g the gradient of a convex function at v, no point of the set lies lower than
  /// v by more (Frank and Wolfe's gap): a certificate that needs no knowledge of the minimum.
  double gap(double[] v, double[] gradient);

  /// Each coordinate for itself in `[low, high]`.
  record Box(double low, double high) implements ConvexSet {
    /// Checks the order.
    public Box {
      if (!(low < high)) {
        throw new IllegalArgumentException("box: " + low + " is not below " + high);
      }
    }

    @Override
    public double[] project(double[] v) {
      double[] p = new double[v.length];
      for (int i = 0; i < v.length; i++) {
        p[i] = Math.clamp(v[i], low, high);
      }
      return p;
    }

    @Override
    public double gap(double[] v, double[] gradient) {
      double sum = 0;
      for (int i = 0; i < v.length; i++) {
        sum += Math.max(gradient[i] * (v[i] - low), gradient[i] * (v[i] - high));
      }
      return sum;
    }
  }

  /// Euclidean norm of at most `radius`.
  record Ball(double radius) implements ConvexSet {
    /// Checks the radius.
    public Ball {
      if (!(radius > 0)) {
        throw new IllegalArgumentException("radius: " + radius + " is not positive");
      }
    }

    @Override
    public double[] project(double[] v) {
      double norm = Math.sqrt(PreferenceObjective.dot(v, v));
      double scale = norm > radius ? radius / norm : 1;
      double[] p = v.clone();
      for (int i = 0; i < p.length; i++) {
        p[i] *= scale;
      }
      return p;
    }

    @Override
    public double gap(double[] v, double[] gradient) {
      return PreferenceObjective.dot(gradient, v)
          + radius * Math.sqrt(PreferenceObjective.dot(gradient, gradient));
    }
  }
}
