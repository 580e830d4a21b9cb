package org.tramontane.spac.theory;

/// Where a quadratic, m(s) = g . s + s . H s / 2, is least between a lower and an upper bound of each coordinate, which have 0 between them. H may have
/// eigenvalues of either sign.
///
/// An active set, for dozens of coordinates. From a point on the projected gradient's arc (Cauchy's) it goes to the minimum over the coordinates that are
/// not at a bound or, where there is none, along a direction in which m does not bend upwards; the bound that is met first joins the set. At a minimum
/// over the free coordinates, the one at a bound whose slope points inwards most steeply is freed. m falls all the way.
final class BoxModel {
  private static final double EPS = Math.ulp(1.0);

  private final double[] g;
  private final double[][] h;
  private final double[] low;
  private final double[] high;
  private final double[] s;

  /// g + H s.
  private final double[] slope;

  private final boolean[] fixed;

  private BoxModel(double[] g, double[][] h, double[] low, double[] high) {
    this.g = g;
    this.h = h;
    this.low = low;
    this.high = high;
    this.s = new double[g.length];
    this.slope = g.clone();
    this.fixed = new boolean[g.length];
  }

  /// A point that is stationary within the bounds, but for rounding, and no worse than Cauchy's.
  static double[] minimise(double[] g, double[][] h, double[] low, double[] high) {
    BoxModel model = new BoxModel(g, h, low, high);
    model.cauchy();
    model.activeSet();
    return model.s;
  }

  /// m(s).
  static double value(double[] g, double[][] h, double[] s) {
    return PreferenceObjective.dot(g, s) + bend(h, s) / 2;
  }

  /// d . H d.
  private static double bend(double[][] h, double[] d) {
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      sum += d[i] * PreferenceObjective.dot(h[i], d);
    }
    return sum;
  }

  /// Goes to the end of the arc clamp(-t g), or to where m is least on the line without bounds, and halves t until m falls by a tenth of what its slope says.
  private void cauchy() {
    double bend = bend(h, g);
    double t = bend > 0 ? PreferenceObjective.dot(g, g) / bend : Double.POSITIVE_INFINITY;
    double end = 0;
    for (int i = 0; i < g.length; i++) {
      if (g[i] != 0) {
        end = Math.max(end, (g[i] > 0 ? -low[i] : high[i]) / Math.abs(g[i]));
      }
    }
    double[] step = new double[g.length];
    for (t = Math.min(t, end); t > 0; t /= 2) {
      for (int i = 0; i < step.length; i++) {
        step[i] = Math.clamp(-t * g[i], low[i], high[i]);
      }
      if (value(g, h, step) <= PreferenceObjective.dot(g, step) / 10) {
        move(step, 1);
        break;
      }
    }
    for (int i = 0; i < s.length; i++) {
      fixed[i] = s[i] == low[i] || s[i] == high[i];
    }
  }

  private void move(double[] d, double t) {
    for (int i = 0; i < s.length; i++) {
      s[i] = Math.clamp(s[i] + t * d[i], low[i], high[i]);
    }
    for (int i = 0; i < s.length; i++) {
      slope[i] = g[i] + PreferenceObjective.dot(h[i], s);
    }
  }

  private void activeSet() {
    int n = s.length;
    double enough = 0;
    for (int i = 0; i < n; i++) {
      double rounding = n * EPS * Math.abs(h[i][i]) * (high[i] - low[i]);
      enough = Math.max(enough, Math.max(1e-10 * Math.abs(g[i]), rounding));
    }
    // A bound is met, or a coordinate is freed: a few of each is what it takes.
    for (int step = 0; step < 20 * n; step++) {
      if (!advance() && !free(enough)) {
        return;
      }
    }
  }

  /// Frees the coordinate at a bound that gains most by leaving it.
  ///
  /// @param enough slopes up to this are none
  /// @return whether there is one
  private boolean free(double enough) {
    int worst = -1;
    double most = enough;
    for (int i = 0; i < s.length; i++) {
      double inwards = s[i] == low[i] ? -slope[i] : slope[i];
      if (fixed[i] && low[i] < high[i] && inwards > most) {
        most = inwards;
        worst = i;
      }
    }
    if (worst >= 0) {
      fixed[worst] = false;
    }
    return worst >= 0;
  }

  /// One step in the free coordinates, to their minimum or to the first bound.
  ///
  /// @return whether it met a bound, which is in the set now
  private boolean advance() {
    double[] d = direction();
    double linear = PreferenceObjective.dot(slope, d);
    if (linear > 0) { // a line has two ends
      linear = -linear;
      for (int i = 0; i < d.length; i++) {
        d[i] = -d[i];
      }
    }
    double bend = bend(h, d);
    double t = bend > 0 ? -linear / bend : Double.POSITIVE_INFINITY;
    int met = -1;
    for (int i = 0; i < d.length; i++) {
      double way = d[i] == 0 ? t : ((d[i] > 0 ? high[i] : low[i]) - s[i]) / d[i];
      if (way < t) {
        t = way;
        met = i;
      }
    }
    if (t > 0 && !(t * (linear + t * bend / 2) < 0)) {
      return false;
    }
    move(d, t);
    if (met >= 0) {
      s[met] = d[met] > 0 ? high[met] : low[met];
      fixed[met] = true;
    }
    return met >= 0;
  }

  /// To the minimum over the free coordinates, or where m has none or rounding hides it, a direction that it does not bend upwards in.
  private double[] direction() {
    int[] free = new int[s.length];
    int count = 0;
    for (int i = 0; i < s.length; i++) {
      if (!fixed[i]) {
        free[count++] = i;
      }
    }
    double[][] part = new double[count][count];
    double[] b = new double[count];
    double largest = 0;
    for (int i = 0; i < count; i++) {
      b[i] = -slope[free[i]];
      for (int j = 0; j <= i; j++) {
        part[i][j] = h[free[i]][free[j]];
      }
      largest = Math.max(largest, Math.abs(part[i][i]));
    }
    Cholesky.solveOrBend(part, count * EPS * largest, b);
    double[] d = new double[s.length];
    for (int i = 0; i < count; i++) {
      d[free[i]] = b[i];
    }
    return d;
  }
}
