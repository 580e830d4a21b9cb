package org.tramontane.spac.train;

/// How far a round's steps have come: what its [RoundReport] will say.
final class LoopProgress {
  private long steps;
  private long tokens;
  private double firstLoss = Double.NaN;
  private double lastLoss = Double.NaN;
  private double seconds;

  /// Takes a step in.
  void add(double loss, long stepTokens, double stepSeconds) {
    firstLoss = steps == 0 ? loss : firstLoss;
    lastLoss = loss;
    steps++;
    tokens += stepTokens;
    seconds += stepSeconds;
  }

  /// Steps that are made.
  long steps() {
    return steps;
  }

  RoundReport report(int round, int rounds) {
    return new RoundReport(round, rounds, steps, firstLoss, lastLoss, tokens, seconds);
  }

  StatePart describe() {
    return new StatePart()
        .putLongs("steps", steps)
        .putLongs("tokens", tokens)
        .putDoubles("losses", firstLoss, lastLoss)
        .putDoubles("seconds", seconds);
  }

  /// Goes on from what [#describe] says.
  void restore(StatePart state) {
    steps = state.longValue("steps");
    tokens = state.longValue("tokens");
    firstLoss = state.doubles("losses")[0];
    lastLoss = state.doubles("losses")[1];
    seconds = state.doubleValue("seconds");
  }
}
