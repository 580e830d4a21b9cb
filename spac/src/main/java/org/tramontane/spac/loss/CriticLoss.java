package org.tramontane.spac.loss;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The critic step of SPAC's game (arXiv 2406.04274), for one example:
///
/// ```
/// L(f) = f(y') - (f(y+) + f(y-)) / 2 + lambda s(f(y+) - f(y-)),   s(z) = -log sigmoid(z)
/// ```
///
/// y' is drawn from pi_t, and the data's distribution mu is both of its responses. The step's loss is the mean over its
/// examples. With a large lambda f is the most likely reward (Bradley and Terry's); with 0 it is as low as it may be on y'
/// and as high on the data.
///
/// @param lambda weight of the preferences, 0 or more
public record CriticLoss(double lambda) {
  /// Checks the range.
  public CriticLoss {
    Ranges.atLeast0("lambda", lambda);
  }

  /// What the loss is for one example.
  ///
  /// @param loss its value
  /// @param criticTerm `f(y') - (f(y+) + f(y-)) / 2`
  /// @param preferenceTerm `s(f(y+) - f(y-))`, the negative log-likelihood of the preference
  /// @param gradient the derivative of `loss` with respect to each reward
  public record Terms(
      double loss, double criticTerm, double preferenceTerm, ResponseRewards gradient) {}

  /// The loss of one example and its derivative.
  public Terms at(ResponseRewards f) {
    double z = f.chosen() - f.rejected();
    double criticTerm = f.self() - f.data();
    double preferenceTerm = Logistic.negativeLogSigmoid(z);
    double slope = lambda * Logistic.negativeLogSigmoidDerivative(z);
    return new Terms(
        criticTerm + lambda * preferenceTerm,
        criticTerm,
        preferenceTerm,
        new ResponseRewards(-0.5 + slope, -0.5 - slope, 1));
  }

  /// The metrics of one example: `critic_term`, `preference_term`, `critic/self`, `critic/data`, `critic/chosen`,
  /// `critic/rejected`, `critic/accuracies`.
  public SequencedMap<String, Double> metrics(ResponseRewards f) {
    Terms terms = at(f);
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("critic_term", terms.criticTerm());
    metrics.put("preference_term", terms.preferenceTerm());
    metrics.put("critic/self", f.self());
    metrics.put("critic/data", f.data());
    metrics.put("critic/chosen", f.chosen());
    metrics.put("critic/rejected", f.rejected());
    metrics.put("critic/accuracies", f.chosen() > f.rejected() ? 1.0 : 0.0);
    return metrics;
  }
}
