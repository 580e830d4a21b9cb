package org.tramontane.spac.loss;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What every loss of pairs reports of an example, under TRL's names.
final class PairMetrics {
  private PairMetrics() {}

  /// `rewards/chosen`, `rewards/rejected`, `rewards/margins`, `rewards/accuracies`, `logps/chosen`, `logps/rejected`.
  static SequencedMap<String, Double> of(SequenceLogProbs logps, SequenceLogProbs rewards) {
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("rewards/chosen", rewards.chosen());
    metrics.put("rewards/rejected", rewards.rejected());
    metrics.put("rewards/margins", rewards.chosen() - rewards.rejected());
    metrics.put("rewards/accuracies", rewards.chosen() > rewards.rejected() ? 1.0 : 0.0);
    metrics.put("logps/chosen", logps.chosen());
    metrics.put("logps/rejected", logps.rejected());
    return metrics;
  }
}
