package org.tramontane.spac.eval.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.tramontane.spac.eval.task.Response;

/// A scored item.
///
/// @param task the run's name of the task
/// @param docId its row in the scored file
/// @param responses what the model answered
/// @param metrics by name
public record ItemResult(
    String task, int docId, List<Response> responses, SequencedMap<String, Double> metrics) {
  /// Copies the collections.
  public ItemResult {
    responses = List.copyOf(responses);
    metrics = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metrics));
  }
}
