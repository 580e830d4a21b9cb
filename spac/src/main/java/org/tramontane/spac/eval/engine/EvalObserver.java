package org.tramontane.spac.eval.engine;

/// Hears how an evaluation goes on.
public interface EvalObserver {
  /// Hears nothing.
  EvalObserver NONE = new EvalObserver() {};

  /// A task begins.
  ///
  /// @param items to score, without those that an earlier run has scored
  default void onTask(String task, int items) {}

  /// Some items were scored.
  ///
  /// @param done of this task so far
  /// @param items of this task to score
  /// @param share of this task's tokens, from 0 to 1; what comes first is longest
  default void onBatch(String task, int done, int items, double share, Throughput total) {}
}
