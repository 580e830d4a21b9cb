package org.tramontane.spac.loss;

/// A loss of single responses that are labelled desirable or undesirable.
///
/// A step's loss is the mean over its responses. Each is compared with a reference point that the whole step has in
/// common and that is a constant in the derivative; how it is found belongs to each type, and the trainer keeps what it
/// needs. Log-probabilities are sums over tokens.
public sealed interface UnpairedLoss extends AlignmentLoss permits KtoLoss, BcoLoss {

  /// The loss of one response and its derivative.
  ///
  /// @param desirable its label
  /// @param policy `log pi(y|x)`
  /// @param frozen `log pi_ref(y|x)`
  /// @param referencePoint what it is compared with; its unit is the type's to say
  CompletionTerms at(boolean desirable, double policy, double frozen, double referencePoint);

  /// What an [UnpairedLoss] is for one response.
  ///
  /// @param loss its value, weighted by its label
  /// @param gradient the derivative of `loss` with respect to the policy's `log pi(y|x)`
  record CompletionTerms(double loss, double gradient) {}
}
