package org.tramontane.spac.train;

/// What one round did: all of a supervised or DPO training, or one turn of SPAC's self-play.
///
/// @param round from 1
/// @param rounds in all
/// @param steps of the optimiser
/// @param firstLoss before the first step
/// @param lastLoss before the last step
/// @param tokens that went through the model in training, prompts included
/// @param seconds of training, without sampling and frozen log-probabilities
public record RoundReport(
    int round,
    int rounds,
    long steps,
    double firstLoss,
    double lastLoss,
    long tokens,
    double seconds) {
  /// How many numbers [#toNumbers] gives.
  static final int NUMBERS = 7;

  /// The report as numbers, for a training's state.
  double[] toNumbers() {
    return new double[] {round, rounds, steps, firstLoss, lastLoss, tokens, seconds};
  }

  /// What [#toNumbers] says.
  static RoundReport ofNumbers(double[] numbers) {
    if (numbers.length != NUMBERS) {
      throw new IllegalArgumentException(numbers.length + " numbers; allowed: " + NUMBERS);
    }
    return new RoundReport(
        (int) numbers[0],
        (int) numbers[1],
        (long) numbers[2],
        numbers[3],
        numbers[4],
        (long) numbers[5],
        numbers[6]);
  }
}
