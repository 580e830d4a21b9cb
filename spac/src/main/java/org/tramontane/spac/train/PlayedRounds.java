package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How far rounds of self-play have come: which round it is, what was sampled in it and in the one before, and what came
/// out of those that are over.
final class PlayedRounds {
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
                .flatMapToDouble(report -> Arrays.stream(report.toNumbers()))
                .toArray());
  }

  /// What [#describe] says.
  static PlayedRounds of(StatePart state) {
    PlayedRounds played = new PlayedRounds();
    played.drawn.addAll(state.sequences("drawn"));
    played.drawnBefore.addAll(state.sequences("drawn_before"));
    double[] numbers = state.doubles("reports");
    for (int i = 0; i < numbers.length; i += RoundReport.NUMBERS) {
      played.reports.add(
          RoundReport.ofNumbers(Arrays.copyOfRange(numbers, i, i + RoundReport.NUMBERS)));
    }
    return played;
  }
}
