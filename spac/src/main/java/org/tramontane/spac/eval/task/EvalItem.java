package org.tramontane.spac.eval.task;

import java.util.List;

/// A document with the requests that its prompt makes.
///
/// @param docId its row in the scored file, from 0
/// @param doc what is scored
/// @param requests in the order that [Doc#score] expects the answers
public record EvalItem(int docId, Doc doc, List<Request> requests) {
  /// Copies the list.
  public EvalItem {
    requests = List.copyOf(requests);
  }
}
