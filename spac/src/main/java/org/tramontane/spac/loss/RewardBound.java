package org.tramontane.spac.loss;

/// Keeps a critic's reward in a box, `f = B tanh(g / B)`, where g is what the scalar head says.
///
/// SPAC's critic minimises a difference of means, which has no minimum over all functions; the theory's reward class is
/// bounded. Within the box, f is g where g is small: `f'(0) = 1`.
///
/// @param bound B, above 0: `|f| <= B`
public record RewardBound(double bound) {
  /// Checks the range.
  public RewardBound {
    Ranges.above0("critic_bound", bound);
  }

  /// `f = B tanh(g / B)`.
  public double reward(double head) {
    return bound * StrictMath.tanh(head / bound);
  }

  /// `df/dg = 1 - tanh(g / B)^2`, as `4 e / (1 + e)^2` with `e = exp(-2 |g| / B)`, which does not cancel.
  public double slope(double head) {
    double e = StrictMath.exp(-2 * Math.abs(head) / bound);
    return 4 * e / ((1 + e) * (1 + e));
  }
}
