package org.tramontane.spac.train;

import java.util.List;
import org.tramontane.transformer.CompletionBatch;

/// The work of one optimiser step.
///
/// @param probes run first, without a gradient; what they observe is known to all of `batches`
/// @param batches whose gradients are summed up, one or more
record OptimizerStep(List<Probe> probes, List<MicroBatch> batches) {

  /// Completions whose log-probabilities the step's loss wants to know before it can be differentiated.
  interface Probe {
    /// What goes into the model.
    CompletionBatch completions();

    /// Hears what came out.
    ///
    /// @param logProbs one per row of [#completions]
    void observe(float[] logProbs);
  }

  /// A step whose micro-batches do not need to know of each other.
  static OptimizerStep independent(List<MicroBatch> batches) {
    return new OptimizerStep(List.of(), batches);
  }
}
