package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrustRegionTest {
  /// Of a box.
  private static double projected(ConvexSet.Box box, double[] v, double[] gradient) {
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      double step = v[i] - Math.clamp(v[i] - gradient[i], box.low(), box.high());
      sum += step * step;
    }
    return Math.sqrt(sum);
  }

  private static double[][] symmetric(SplittableRandom random, int n) {
    double[][] h = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        h[i][j] = random.nextDouble(-1, 1);
        h[j][i] = h[i][j];
      }
    }
    return h;
  }

  /// a/2 (y - x^2)^2 + b/2 (x - 2)^2 + offset: a valley that is bent, with the minimum at a bound of the box or at (2, 4).
  private record Valley(double a, double b, double offset) implements Objective {
    @Override
    public double value(double[] v) {
      double wall = v[1] - v[0] * v[0];
      return a / 2 * wall * wall + b / 2 * (v[0] - 2) * (v[0] - 2) + offset;
    }

    @Override
    public double[] gradient(double[] v) {
      double wall = v[1] - v[0] * v[0];
      return new double[] {-2 * a * wall * v[0] + b * (v[0] - 2), a * wall};
    }

    @Override
    public double[][] hessian(double[] v) {
      double wall = v[1] - v[0] * v[0];
      return new double[][] {
        {4 * a * v[0] * v[0] - 2 * a * wall + b, -2 * a * v[0]}, {-2 * a * v[0], a}
      };
    }
  }

  @Test
  void aQuadraticOfAnyKindEndsStationaryAndNoHigherThanCauchysPoint() {
    SplittableRandom random = new SplittableRandom(3);
    int n = 6;
    for (int problem = 0; problem < 200; problem++) {
      double[][] h = symmetric(random, n);
      double[] g = new double[n];
      double[] low = new double[n];
      double[] high = new double[n];
      for (int i = 0; i < n; i++) {
        g[i] = random.nextDouble(-1, 1);
        low[i] = random.nextInt(4) == 0 ? 0 : -random.nextDouble();
        high[i] = random.nextDouble();
      }
      double[] s = BoxModel.minimise(g, h, low, high);
      double[] cauchy = new double[n];
      double least = 0;
      for (double t = 10; t > 1e-6; t /= 1.1) {
        for (int i = 0; i < n; i++) {
          cauchy[i] = Math.clamp(-t * g[i], low[i], high[i]);
        }
        double value = BoxModel.value(g, h, cauchy);
        if (value <= PreferenceObjective.dot(g, cauchy) / 10) {
          least = value;
          break;
        }
      }
      assertThat(BoxModel.value(g, h, s)).as("problem %d", problem).isLessThanOrEqualTo(least / 2);
      for (int i = 0; i < n; i++) {
        double slope = g[i] + PreferenceObjective.dot(h[i], s);
        double step = s[i] - Math.clamp(s[i] - slope, low[i], high[i]);
        assertThat(Math.abs(step)).as("problem %d, coordinate %d", problem, i).isLessThan(1e-9);
      }
    }
  }

  /// Two solvers, one minimum: semidefinite quadratics with curvatures from 1 to 10^-8.
  @Test
  void aConvexQuadraticHasNewtonsMinimum() {
    SplittableRandom random = new SplittableRandom(4);
    ConvexSet.Box box = new ConvexSet.Box(-1, 1);
    int n = 6;
    for (int problem = 0; problem < 50; problem++) {
      double[][] h = new double[n][n];
      double[] g = new double[n];
      for (int k = 0; k < n; k++) {
        double[] d = random.doubles(n, -1, 1).toArray();
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            h[i][j] += Math.pow(10, -8.0 * k / n) * d[i] * d[j];
          }
        }
        g[k] = random.nextDouble(-1e-3, 1e-3);
      }
      Objective objective = new Quadratic(g, h);
      double[] low = new double[n];
      double[] high = new double[n];
      Arrays.fill(low, -1);
      Arrays.fill(high, 1);
      double[] s = BoxModel.minimise(g, h, low, high);
      assertThat(box.gap(s, objective.gradient(s))).as("problem %d", problem).isLessThan(1e-11);
      Minimum newton = ProjectedNewton.minimise(objective, box, new double[n], 1e-12);
      assertThat(objective.value(s)).isCloseTo(newton.value(), within(1e-11));
    }
  }

  private static final class Quadratic implements Objective {
    private final double[] g;
    private final double[][] h;

    Quadratic(double[] g, double[][] h) {
      this.g = g;
      this.h = h;
    }

    @Override
    public double value(double[] v) {
      return BoxModel.value(g, h, v);
    }

    @Override
    public double[] gradient(double[] v) {
      double[] slope = g.clone();
      for (int i = 0; i < v.length; i++) {
        slope[i] += PreferenceObjective.dot(h[i], v);
      }
      return slope;
    }

    @Override
    public double[][] hessian(double[] v) {
      return h;
    }
  }

  @Test
  void aBentValleyIsFollowedToItsEndInsideAndAtABound() {
    ConvexSet.Box wide = new ConvexSet.Box(-5, 5);
    Objective valley = new Valley(1e4, 1e-3, 0);
    double[] inside =
        TrustRegion.minimise(
            valley, wide, new double[] {-2, -5}, 1e-10, 2_000, (v, g) -> projected(wide, v, g));
    assertThat(inside).containsExactly(new double[] {2, 4}, within(1e-6));
    // y ends at 1, and x where the wall's slope is the floor's: a little above 1.
    ConvexSet.Box narrow = new ConvexSet.Box(-1.5, 1);
    double[] end =
        TrustRegion.minimise(
            valley,
            narrow,
            new double[] {-1.5, -1},
            1e-10,
            2_000,
            (v, g) -> projected(narrow, v, g));
    assertThat(projected(narrow, end, valley.gradient(end))).isLessThanOrEqualTo(1e-10);
    assertThat(end).containsExactly(new double[] {1, 1}, within(1e-12));
  }

  /// At 10^9 a value knows no change below 10^-7, which is a gradient of 10^-5 along the floor; slopes still know theirs.
  @Test
  void roundingOfTheValueIsNoFloorForTheGradient() {
    ConvexSet.Box box = new ConvexSet.Box(-5, 5);
    Objective high = new Valley(1, 1e-3, 1e9);
    Residual residual = (v, g) -> projected(box, v, g);
    double[] end = TrustRegion.minimise(high, box, new double[] {1, 2}, 1e-12, 500, residual);
    assertThat(residual.of(end, high.gradient(end))).isLessThanOrEqualTo(1e-12);
    assertThat(end).containsExactly(new double[] {2, 4}, within(1e-8));
  }

  /// x y in [-1, 1]^2 near its saddle, and not on the line that leads there: two of the corners are minima.
  @Test
  void aSaddleIsLeft() {
    ConvexSet.Box box = new ConvexSet.Box(-1, 1);
    Objective saddle = new Quadratic(new double[2], new double[][] {{0, 1}, {1, 0}});
    double[] end =
        TrustRegion.minimise(
            saddle, box, new double[] {1e-9, 2e-9}, 1e-12, 100, (v, g) -> projected(box, v, g));
    assertThat(saddle.value(end)).isEqualTo(-1);
  }

  @Test
  void anIndefiniteMatrixGivesADirectionThatDoesNotBendUpwards() {
    SplittableRandom random = new SplittableRandom(9);
    int bent = 0;
    for (int problem = 0; problem < 100; problem++) {
      double[][] h = symmetric(random, 4);
      for (int i = 0; i < 4; i++) {
        h[i][i] += 1.5;
      }
      double[] b = random.doubles(4, -1, 1).toArray();
      double[] u = b.clone();
      double[][] copy = new double[4][];
      Arrays.setAll(copy, i -> h[i].clone());
      boolean solved = Cholesky.solveOrBend(copy, 1e-12, u);
      double bend = 2 * BoxModel.value(new double[4], h, u);
      if (solved) {
        for (int i = 0; i < 4; i++) {
          assertThat(PreferenceObjective.dot(h[i], u)).isCloseTo(b[i], within(1e-8));
        }
      } else {
        bent++;
        assertThat(bend).isLessThanOrEqualTo(1e-12);
        assertThat(Arrays.stream(u).map(Math::abs).max().orElse(0)).isGreaterThanOrEqualTo(1);
      }
    }
    assertThat(bent).as("both kinds were met").isBetween(10, 90);
  }
}
