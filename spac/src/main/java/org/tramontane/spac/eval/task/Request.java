package org.tramontane.spac.eval.task;

import java.util.List;

/// What a document asks of the model.
public sealed interface Request {

  /// The text that the model reads first.
  String context();

  /// The log-probability of `continuation` after `context`.
  ///
  /// @param context may end in white space, which then belongs to the continuation
  record LogLikelihood(String context, String continuation) implements Request {}

  /// A greedy continuation of `context`, up to the first of `stops`.
  record GreedyUntil(String context, List<String> stops) implements Request {
    /// The harness's `max_gen_toks`: new tokens at most.
    public static final int MAX_NEW_TOKENS = 256;

    /// Copies the list.
    public GreedyUntil {
      stops = List.copyOf(stops);
    }

    /// `text` up to where the first stop begins.
    public String cut(String text) {
      int end = text.length();
      for (String stop : stops) {
        int at = text.indexOf(stop);
        end = at >= 0 ? Math.min(end, at) : end;
      }
      return text.substring(0, end);
    }
  }
}
