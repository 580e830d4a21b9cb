package org.tramontane.spac.train;

import java.util.List;

/// Hears what a trainer does, on the trainer's thread. A trainer goes on when the method returns.
public interface TrainingObserver {
  /// Hears nothing.
  TrainingObserver NONE = new TrainingObserver() {};

  /// Round `round` of `rounds` begins; the policy is pi_t where pi_t is not another model.
  default void onRoundStart(int round, int rounds) {}

  /// y' are being drawn: `begun` of `responses` are done or under way, `tokens` tokens are drawn so far.
  default void onSampling(int round, int begun, int responses, long tokens) {}

  /// A phase of a round of SPAC's game begins; see [SpacGameTrainer].
  default void onPhase(int round, GamePhase phase) {}

  /// A step was made.
  default void onStep(StepReport step) {}

  /// What a round of SPAC's game came to, before [#onRoundEnd].
  default void onGameRound(GameRound round) {}

  /// Round is over; the policy is pi_{t+1}.
  default void onRoundEnd(RoundReport round) {}

  /// The policy was evaluated on held-out pairs after round `round`, or with 0 before the first; see [RoundEvaluation].
  default void onEvaluation(int round, Evaluation evaluation) {}

  /// Passes everything on to each of `observers`, in order.
  static TrainingObserver all(List<TrainingObserver> observers) {
    return new TrainingObserver() {
      @Override
      public void onRoundStart(int round, int rounds) {
        observers.forEach(observer -> observer.onRoundStart(round, rounds));
      }

      @Override
      public void onSampling(int round, int begun, int responses, long tokens) {
        observers.forEach(observer -> observer.onSampling(round, begun, responses, tokens));
      }

      @Override
      public void onPhase(int round, GamePhase phase) {
        observers.forEach(observer -> observer.onPhase(round, phase));
      }

      @Override
      public void onGameRound(GameRound round) {
        observers.forEach(observer -> observer.onGameRound(round));
      }

      @Override
      public void onStep(StepReport step) {
        observers.forEach(observer -> observer.onStep(step));
      }

      @Override
      public void onRoundEnd(RoundReport round) {
        observers.forEach(observer -> observer.onRoundEnd(round));
      }

      @Override
      public void onEvaluation(int round, Evaluation evaluation) {
        observers.forEach(observer -> observer.onEvaluation(round, evaluation));
      }
    };
  }
}
