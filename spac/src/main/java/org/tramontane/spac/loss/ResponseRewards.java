package org.tramontane.spac.loss;

/// A critic's reward f(x, y) of each response of an example, or the derivative of something with respect to these.
///
/// @param chosen for y+
/// @param rejected for y-
/// @param self for y', a response drawn from pi_t
public record ResponseRewards(double chosen, double rejected, double self) {

  /// The mean over the data's two responses.
  public double data() {
    return chosen / 2 + rejected / 2;
  }

  /// Each number times `factor`.
  public ResponseRewards times(double factor) {
    return new ResponseRewards(chosen * factor, rejected * factor, self * factor);
  }
}
