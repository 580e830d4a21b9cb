package org.tramontane.spac.train;

import org.tramontane.transformer.CompletionBatch;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;
import org.tramontane.transformer.TrainingPass;

/// Computes the loss of an optimiser step and its gradient, one micro-batch after the other.
final class StepGradient implements AutoCloseable {
  private final TrainingPass pass;
  private final MistralWeights gradients;

  /// @param gradients where the gradient goes, F32
  StepGradient(MistralModel policy, MistralWeights gradients) {
    this.pass = new TrainingPass(policy);
    this.gradients = gradients;
  }

  /// Overwrites the gradients with the sum over the step's micro-batches.
  StepTotals compute(OptimizerStep step) {
    gradients.clear();
    StepTotals totals = new StepTotals();
    for (OptimizerStep.Probe probe : step.probes()) {
      CompletionBatch completions = probe.completions();
      probe.observe(pass.forward(completions.tokens(), completions.rows()));
    }
    for (MicroBatch batch : step.batches()) {
      CompletionBatch completions = batch.completions();
      float[] logProbs = pass.forward(completions.tokens(), completions.rows());
      pass.backward(batch.differentiate(logProbs, totals), gradients);
      totals.addTokens(completions.tokens().tokens());
    }
    return totals;
  }

  /// Of the last [#compute].
  MistralWeights gradients() {
    return gradients;
  }

  @Override
  public void close() {
    pass.close();
  }
}
