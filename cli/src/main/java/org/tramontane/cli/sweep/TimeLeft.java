package org.tramontane.cli.sweep;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.tramontane.cli.align.Progress;

/// How long the rest of a sweep may take, by how long runs of the same names took with other seeds.
final class TimeLeft {
  private TimeLeft() {}

  /// Seconds of the runs to come; those of a name that never ran are taken for average ones.
  ///
  /// @param names of the runs to come
  /// @param seconds means of the names that ran
  /// @return empty where nothing ran yet
  static OptionalDouble of(List<String> names, Map<String, Double> seconds) {
    if (names.isEmpty()) {
      return OptionalDouble.of(0);
    }
    OptionalDouble mean = seconds.values().stream().mapToDouble(Double::doubleValue).average();
    if (mean.isEmpty()) {
      return mean;
    }
    return OptionalDouble.of(
        names.stream().mapToDouble(name -> seconds.getOrDefault(name, mean.getAsDouble())).sum());
  }

  /// In words.
  static String text(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return "time left not known yet";
    }
    return "about " + Progress.duration(seconds.getAsDouble()) + " left";
  }
}
