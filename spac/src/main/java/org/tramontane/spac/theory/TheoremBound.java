package org.tramontane.spac.theory;

/// The theorem's bound with its constants, for tables with rewards in a box of width `width` <= 2 around 0, T rounds at the best eta, and
/// probability 1 - delta:
///
///     width sqrt(log Y / (2 T))  +  C^2 / (8 k lambda)  +  2 lambda (X Y log(n) + log(1 / delta)) / n  +  2 (1 + lambda) / n
///
/// The first term is mirror descent's. The others bound sup_f (E_pi* - E_mu)(r - f) + lambda (L(r) - L(f)):
///
/// - For one f, Markov's inequality on sqrt(p_f / p_r) gives L(r) - L(f) <= -2 h^2 + 2 log(1 / delta) / n with Hellinger's h^2 = 1 - E sqrt(p_f p_r). A grid of
///   n points a coordinate covers the box to within 1 / n, which costs log n for each of the X Y coordinates, and 2 (1 + lambda) / n for rounding f to it.
/// - sqrt of a Bernoulli distribution is a point at angle asin sqrt(sigmoid(z)) on a circle, h^2 of a pair is 1 - cos of the angle between, and the angle grows with
///   z at least with sqrt(sigmoid(w) sigmoid(-w)) / 2 for |z| <= w = width. So h^2 >= k E (difference of differences)^2, with k as computed here.
/// - By definition of C the first part is at most C sqrt(E (difference of differences)^2); the maximum of C s - 2 lambda k s^2 is C^2 / (8 k lambda).
public final class TheoremBound {
  private TheoremBound() {}

  /// k for rewards in a box of this width.
  static double curvature(double width) {
    double slope = Math.sqrt(Logistic.sigmoid(width) * Logistic.sigmoid(-width)) / 2;
    double widest =
        Math.asin(Math.sqrt(Logistic.sigmoid(width)))
            - Math.asin(Math.sqrt(Logistic.sigmoid(-width)));
    // (1 - cos a) / a^2 falls on (0, pi).
    return (1 - Math.cos(widest)) / (widest * widest) * slope * slope;
  }

  /// width sqrt(log Y / (2 T)).
  public static double regret(int responses, int rounds, double width) {
    return width * Math.sqrt(Math.log(responses) / (2.0 * rounds));
  }

  /// The statistical terms.
  ///
  /// @param coverage C of the best policy
  /// @param cells X Y
  public static double statistical(
      double coverage, int cells, int n, double lambda, double width, double delta) {
    double cover = cells * Math.log(n) - Math.log(delta);
    return coverage * coverage / (8 * curvature(width) * lambda)
        + 2 * lambda * cover / n
        + 2 * (1 + lambda) / n;
  }

  /// The lambda at which the statistical terms are least.
  public static double bestLambda(double coverage, int cells, int n, double width, double delta) {
    double cover = cells * Math.log(n) - Math.log(delta);
    return coverage / Math.sqrt(8 * curvature(width) * (2 * cover + 2) / n);
  }
}
