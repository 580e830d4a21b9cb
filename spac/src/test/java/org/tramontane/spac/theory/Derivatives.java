package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/// Compares derivatives by hand with central differences.
final class Derivatives {
  private static final double H = 1e-5;

  private Derivatives() {}

  static void check(Objective objective, double[] v) {
    double[][] hessian = objective.hessian(v);
    double[] gradient = objective.gradient(v);
    for (int i = 0; i < v.length; i++) {
      double[] up = v.clone();
      double[] down = v.clone();
      up[i] += H;
      down[i] -= H;
      assertThat(gradient[i])
          .as("coordinate %d", i)
          .isCloseTo((objective.value(up) - objective.value(down)) / (2 * H), within(1e-8));
      for (int j = 0; j < v.length; j++) {
        double second = (objective.gradient(up)[j] - objective.gradient(down)[j]) / (2 * H);
        assertThat(hessian[i][j]).as("%d, %d", i, j).isCloseTo(second, within(1e-8));
      }
    }
  }
}
