package org.tramontane.spac.loss;

/// What a [PreferenceLoss] is for one example.
///
/// @param loss its value
/// @param criticTerm the part that asks the policy to leave its own samples; 0 for a loss without a critic
/// @param preferenceTerm the part that asks for y+ over y-, before it is weighted
/// @param gradient the derivative of `loss` with respect to the policy's `log pi(y|x)` of each response
public record LossTerms(
    double loss, double criticTerm, double preferenceTerm, SequenceLogProbs gradient) {}
