package org.tramontane.spac.loss;

/// One number for each response of an example, in nats: `log pi(y|x)`, or something derived from it.
///
/// `log pi(y|x)` is the sum over the response's tokens, EOS included where the response ends with it.
///
/// @param chosen for y+
/// @param rejected for y-
/// @param self for y', a response drawn from pi_t; 0 where a loss has none
public record SequenceLogProbs(double chosen, double rejected, double self) {

  /// Log-probabilities of a pair, without y'.
  public static SequenceLogProbs pair(double chosen, double rejected) {
    return new SequenceLogProbs(chosen, rejected, 0);
  }

  /// The log-ratios `rho(y) = log pi(y|x) - log pi_frozen(y|x)`, where this is the policy pi.
  public SequenceLogProbs logRatios(SequenceLogProbs frozen) {
    return new SequenceLogProbs(
        chosen - frozen.chosen, rejected - frozen.rejected, self - frozen.self);
  }

  /// Each number times `factor`.
  public SequenceLogProbs times(double factor) {
    return new SequenceLogProbs(chosen * factor, rejected * factor, self * factor);
  }
}
