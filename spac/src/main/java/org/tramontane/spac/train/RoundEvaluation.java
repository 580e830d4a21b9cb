package org.tramontane.spac.train;

import org.tramontane.transformer.MistralModel;

/// Evaluates a policy before the first round and after each, and tells another observer.
///
/// @param evaluator with the held-out pairs
/// @param policy in training
/// @param observer hears of the figures only; its other methods are not called from here
public record RoundEvaluation(
    PreferenceEvaluator evaluator, MistralModel policy, TrainingObserver observer)
    implements TrainingObserver {

  @Override
  public void onRoundStart(int round, int rounds) {
    if (round == 1) {
      observer.onEvaluation(0, evaluator.evaluate(policy));
    }
  }

  @Override
  public void onRoundEnd(RoundReport round) {
    observer.onEvaluation(round.round(), evaluator.evaluate(policy));
  }
}
