package org.tramontane.spac.loss;

/// What a [PreferenceLoss] is for one example.
///
/// @param loss its value
/// @param criticTerm the part that asks the policy to leave its own samples; 0 for a loss without a critic
/// @param preferenceTerm the part that asks for y+ over y-, before it is weighted
/// @param gradient the derivative of `loss` with respect to the policy's log-probability of each response
public record LossTerms(
    double loss, double criticTerm, double preferenceTerm, SequenceLogProbs gradient) {

  /// Terms of a loss of a pair, without a critic.
  ///
  /// @param dChosen derivative with respect to the policy's log-probability of y+
  /// @param dRejected derivative with respect to the policy's log-probability of y-
  static LossTerms ofPair(double loss, double dChosen, double dRejected) {
    return new LossTerms(loss, 0, loss, SequenceLogProbs.pair(dChosen, dRejected));
  }

  /// The same terms with another derivative.
  LossTerms withGradient(SequenceLogProbs other) {
    return new LossTerms(loss, criticTerm, preferenceTerm, other);
  }
}
