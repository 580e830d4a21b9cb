package org.tramontane.spac.train;

import org.tramontane.transformer.CompletionBatch;

/// The part of an optimiser step that is computed together: what goes into the model, and the loss of what comes out.
interface MicroBatch {
  /// The completions whose response tokens' log-probabilities the loss reads.
  CompletionBatch completions();

  /// The derivative of the step's loss with respect to each log-probability.
  ///
  /// @param logProbs one per row of [#completions]
  /// @param totals this part's share of the step's loss and metrics is added to it
  float[] differentiate(float[] logProbs, StepTotals totals);
}
