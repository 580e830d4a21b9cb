package org.tramontane.spac.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Loss and metrics of an optimiser step, summed up from its micro-batches.
final class StepTotals {
  private double loss;
  private long tokens;
  private final SequencedMap<String, Double> metrics = new LinkedHashMap<>();

  void addLoss(double share) {
    loss += share;
  }

  void addTokens(long count) {
    tokens += count;
  }

  /// Adds `weight` times each of `values`.
  void addMetrics(SequencedMap<String, Double> values, double weight) {
    values.forEach((name, value) -> metrics.merge(name, weight * value, Double::sum));
  }

  double loss() {
    return loss;
  }

  /// Tokens that went through the model, prompts included.
  long tokens() {
    return tokens;
  }

  SequencedMap<String, Double> metrics() {
    return Collections.unmodifiableSequencedMap(metrics);
  }
}
