package org.tramontane.spac.loss;

/// Everything that aligns a policy by the log-probabilities of whole responses: the family that `align --method`
/// chooses from.
///
/// The three kinds differ in what a value depends on: one pair ([PreferenceLoss]), all pairs of an optimiser step
/// ([AotLoss]), or one response with a label and a number that the whole step has in common ([UnpairedLoss]).
///
/// A loss is an immutable record and a pure function. What has to be remembered between steps (BCO's running mean) is
/// the trainer's.
public sealed interface AlignmentLoss permits PreferenceLoss, AotLoss, UnpairedLoss {

  /// Whether the loss compares the policy with a frozen model. Where it does not, frozen log-probabilities are not
  /// read.
  default boolean readsReference() {
    return true;
  }

  /// What a log-ratio is multiplied with to be the reward that the policy stands for: `r(x,y) = scale * rho(y)`;
  /// without a reference, what the mean log-probability per token is multiplied with.
  double rewardScale();
}
