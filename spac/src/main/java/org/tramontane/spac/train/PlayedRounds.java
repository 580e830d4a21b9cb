package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/// How far rounds of self-play have come: which round it is, what was sampled in it and in the one before, and what came
/// out of those that are over.
final class PlayedRounds {
  /// Numbers of a [RoundReport] in a state.
  private static final int NUMBERS = 7;

  private final List<int[]> drawn = new ArrayList<>();
  private final List<int[]> drawnBefore = new ArrayList<>();
  private final List<RoundReport> reports = new ArrayList<>();

  /// The round that is under way, from 1.
  int round() {
    return reports.size() + 1;
  }

  /// Responses that were sampled in this round so far; those to come are added here.
  List<int[]> drawn() {
    return drawn;
  }

  /// Responses that were sampled in the round before, where this one reads them.
  List<int[]> drawnBefore() {
    return drawnBefore;
  }

  /// Of the rounds that are over.
  List<RoundReport> reports() {
    return List.copyOf(reports);
  }

  /// The round is over.
  ///
  /// @param again whether the next one reads what was sampled in this one
  void end(RoundReport report, boolean again) {
    reports.add(report);
    drawnBefore.clear();
    if (again) {
      drawnBefore.addAll(drawn);
    }
    drawn.clear();
  }

  StatePart describe() {
    return new StatePart()
        .putSequences("drawn", drawn)
        .putSequences("drawn_before", drawnBefore)
        .putDoubles(
            "reports",
            reports.stream()
                .flatMapToDouble(
                    report ->
                        DoubleStream.of(
                            report.round(),
                            report.rounds(),
                            (double) report.steps(),
                            report.firstLoss(),
                            report.lastLoss(),
                            (double) report.tokens(),
                            report.seconds()))
                .toArray());
  }

  /// What [#describe] says.
  static PlayedRounds of(StatePart state) {
    PlayedRounds played = new PlayedRounds();
    played.drawn.addAll(state.sequences("drawn"));
    played.drawnBefore.addAll(state.sequences("drawn_before"));
    double[] numbers = state.doubles("reports");
    for (int i = 0; i < numbers.length; i += NUMBERS) {
      played.reports.add(
          new RoundReport(
              (int) numbers[i],
              (int) numbers[i + 1],
              (long) numbers[i + 2],
              numbers[i + 3],
              numbers[i + 4],
              (long) numbers[i + 5],
              numbers[i + 6]));
    }
    return played;
  }
}
