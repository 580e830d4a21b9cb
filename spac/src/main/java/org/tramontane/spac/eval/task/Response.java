package org.tramontane.spac.eval.task;

/// What the model answered to a [Request].
public sealed interface Response {

  /// To a [Request.LogLikelihood]: nats.
  record LogProb(double value) implements Response {}

  /// To a [Request.GreedyUntil]: the text before the first stop.
  record Text(String value) implements Response {}
}
