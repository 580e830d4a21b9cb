package org.tramontane.spac.eval.result;

import java.util.List;
import java.util.Set;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.task.EvalItem;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.TaskData;

/// The scored documents of one task, or of one of MMLU's subjects.
///
/// @param name the harness's name
/// @param data what the documents come from
/// @param shots examples in each prompt
/// @param items what was asked
/// @param results one for each item, in the same order
public record TaskOutcome(
    String name, TaskData data, int shots, List<EvalItem> items, List<ItemResult> results) {
  /// Checks that there is a result for each item, and one at least.
  public TaskOutcome {
    items = List.copyOf(items);
    results = List.copyOf(results);
    if (results.isEmpty() || items.size() != results.size()) {
      throw new IllegalArgumentException(
          name + ": " + results.size() + " results for " + items.size() + " items");
    }
  }

  /// Which of the six it belongs to.
  public LeaderboardTask task() {
    return data.task();
  }

  /// The names of the metrics.
  public Set<String> metrics() {
    return results.getFirst().metrics().sequencedKeySet();
  }

  /// A metric's value for each document.
  public double[] values(String metric) {
    return results.stream()
        .mapToDouble(result -> result.metrics().getOrDefault(metric, Double.NaN))
        .toArray();
  }
}
