package org.tramontane.spac.theory;

import org.jspecify.annotations.Nullable;

/// The costly provable baseline: the critic may choose any reward of a confidence set,
/// f = argmin E_pi f - E_mu f over f in [ConfidenceSet].
///
/// Each answer is a search for the multiplier nu of the constraint L(f) <= limit, so that it costs several critic steps of SPAC. With f_nu the minimum
/// of E_pi f - E_mu f + nu L(f), whatever nu is, no reward of the set is lower than E_pi f_nu - E_mu f_nu + nu (L(f_nu) - limit), less what f_nu itself
/// lacks (weak duality): that certifies an answer.
public final class PessimisticMle implements Critic {
  private static final double LEAST = 1e-13;
  private static final double MOST = 1e12;

  private final ConfidenceSet set;
  private final double[][] mu;
  private final double gap;
  private final PairObjective[] preferences;
  private final double[][] last;
  private double lastNu = 1;

  /// @param gap how far an answer may be above its minimum, at most; a tenth of it is aimed at
  public PessimisticMle(ConfidenceSet set, double[][] mu, double gap) {
    this.set = set;
    this.mu = mu;
    this.gap = gap;
    this.last = new double[mu.length][mu[0].length];
    this.preferences = new PairObjective[mu.length];
    for (int x = 0; x < mu.length; x++) {
      preferences[x] = new PairObjective(set.data(), x, 1, 0, 0);
    }
  }

  @Override
  public Certificate certificate() {
    return Certificate.OPTIMALITY_GAP;
  }

  @Override
  public double tolerance() {
    return gap;
  }

  @Override
  public double objective(double[][] pi, double[][] f) {
    return set.contains(f) ? gain(pi, f) : Double.POSITIVE_INFINITY;
  }

  /// E_pi f - E_mu f.
  private double gain(double[][] pi, double[][] f) {
    double sum = 0;
    for (int x = 0; x < pi.length; x++) {
      for (int y = 0; y < pi[x].length; y++) {
        sum += (pi[x][y] - mu[x][y]) * f[x][y] / pi.length;
      }
    }
    return sum;
  }

  @Override
  public Answer answer(double[][] pi) {
    double[][] corner = new double[pi.length][pi[0].length];
    for (int x = 0; x < pi.length; x++) {
      for (int y = 0; y < pi[x].length; y++) {
        corner[x][y] = pi[x][y] > mu[x][y] ? set.low() : set.high();
      }
    }
    if (set.contains(corner)) {
      return new Answer(corner, gain(pi, corner), 0); // the constraint does not bind
    }
    return search(pi);
  }

  /// Looks for nu within a bracket, by the secant of L in log nu, until a point between the last f_nu outside of the set and the last one inside is
  /// certified.
  private Answer search(double[][] pi) {
    double left = Math.log(LEAST);
    double right = Math.log(MOST);
    double @Nullable [][] outside = null;
    double @Nullable [][] inside = null;
    double leftExcess = Double.NaN;
    double rightExcess = Double.NaN;
    double dual = Double.NEGATIVE_INFINITY;
    double at = Math.log(lastNu);
    double width = 0.01;
    Answer best = new Answer(last, 0, Double.POSITIVE_INFINITY);
    for (int step = 0; step < 100; step++) {
      double nu = Math.exp(at);
      double lacking = minimise(pi, nu);
      double[][] f = copy(last);
      double excess = set.loss(f) - set.limit();
      dual = Math.max(dual, gain(pi, f) + nu * excess - lacking);
      if (excess <= 0) {
        inside = f;
        right = at;
        rightExcess = excess;
      } else {
        outside = f;
        left = at;
        leftExcess = excess;
      }
      if (inside != null) {
        double[][] edge = outside == null ? inside : edge(inside, outside);
        double objective = gain(pi, edge);
        best = new Answer(edge, objective, objective - dual);
        lastNu = nu;
        if (best.residual() <= gap / 10) {
          return best;
        }
      }
      if (outside == null) {
        at = Math.max(at - width, left);
        width *= 4;
      } else if (inside == null) {
        at = Math.min(at + width, right);
        width *= 4;
      } else {
        at = between(left, leftExcess, right, rightExcess, step);
      }
    }
    return best;
  }

  /// The last point of the set on the way from `inside` to `outside`: L is convex, so where the line through its values at both ends is at the limit, L is
  /// not above, and the next line begins there.
  private double[][] edge(double[][] inside, double[][] outside) {
    double[][] edge = inside;
    double end = set.loss(outside) - set.limit();
    for (int i = 0; i < 5; i++) {
      double excess = set.loss(edge) - set.limit();
      double share = excess / (excess - end);
      double[][] next = copy(edge);
      for (int x = 0; x < next.length; x++) {
        for (int y = 0; y < next[x].length; y++) {
          next[x][y] += share * (outside[x][y] - next[x][y]);
        }
      }
      if (!set.contains(next)) {
        break; // by rounding
      }
      edge = next;
    }
    return edge;
  }

  /// Where the line through both ends is 0, every fourth time the middle; well inside the bracket.
  private static double between(
      double left, double leftExcess, double right, double rightExcess, int step) {
    if (step % 4 == 3) {
      return (left + right) / 2;
    }
    double share = leftExcess / (leftExcess - rightExcess);
    return left + Math.clamp(share, 0.01, 0.99) * (right - left);
  }

  /// Moves [#last] to f_nu.
  private double minimise(double[][] pi, double nu) {
    ConvexSet.Box box = new ConvexSet.Box(set.low(), set.high());
    double certified = 0;
    for (int x = 0; x < pi.length; x++) {
      double[] linear = new double[pi[x].length];
      for (int y = 0; y < linear.length; y++) {
        linear[y] = (pi[x][y] - mu[x][y]) / pi.length / nu;
      }
      Minimum minimum =
          ProjectedNewton.minimise(
              preferences[x].withLinear(linear), box, last[x], gap / 100 / pi.length / nu);
      last[x] = minimum.point();
      certified += minimum.gap() * nu;
    }
    return certified;
  }

  private static double[][] copy(double[][] f) {
    double[][] copy = new double[f.length][];
    for (int x = 0; x < f.length; x++) {
      copy[x] = f[x].clone();
    }
    return copy;
  }
}
