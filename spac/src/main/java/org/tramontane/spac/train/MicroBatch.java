package org.tramontane.spac.train;

import org.tramontane.transformer.CompletionBatch;

/// The part of an optimiser step that is computed together: what goes into the model, and the loss of what comes out.
interface MicroBatch {
  /// The completions whose numbers the loss reads: of a policy the log-probabilities of response tokens.
  CompletionBatch completions();

  /// The derivative of the step's loss with respect to each number.
  ///
  /// @param logProbs one per row of [#completions]; of a critic, one value per completion
  /// @param totals this part's share of the step's loss and metrics is added to it
  float[] differentiate(float[] logProbs, StepTotals totals);
}
