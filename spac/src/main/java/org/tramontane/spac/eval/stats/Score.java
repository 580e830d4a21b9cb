package org.tramontane.spac.eval.stats;

import java.util.List;

/// A line of the result: one task's figure.
///
/// @param task label of the task
/// @param title the task's name in tables
/// @param metric which figure
/// @param shots examples in each prompt
/// @param estimate the figure
/// @param caveats why it can't be set beside published figures; empty if it can
public record Score(
    String task, String title, String metric, int shots, Estimate estimate, List<String> caveats) {
  /// Copies the list.
  public Score {
    caveats = List.copyOf(caveats);
  }
}
