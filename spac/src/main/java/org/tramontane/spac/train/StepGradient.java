package org.tramontane.spac.train;

import java.util.SplittableRandom;
import org.tramontane.transformer.CompletionBatch;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;
import org.tramontane.transformer.TrainingPass;

/// Computes the loss of an optimiser step and its gradient, one micro-batch after the other.
final class StepGradient implements AutoCloseable {
  private final TrainingPass pass;
  private final Parameters gradients;

  /// @param gradients where the gradient goes, F32
  StepGradient(MistralModel policy, Parameters gradients, boolean gradientCheckpointing) {
    this.pass = new TrainingPass(policy, gradientCheckpointing);
    this.gradients = gradients;
  }

  /// Overwrites the gradients with the sum over the step's micro-batches.
  ///
  /// @param seed of the step; each micro-batch's dropout has its own, drawn from it
  StepTotals compute(OptimizerStep step, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    gradients.clear();
    StepTotals totals = new StepTotals();
    for (OptimizerStep.Probe probe : step.probes()) {
      CompletionBatch completions = probe.completions();
      probe.observe(pass.forward(completions.tokens(), completions.rows()));
    }
    for (MicroBatch batch : step.batches()) {
      CompletionBatch completions = batch.completions();
      float[] logProbs = pass.forward(completions.tokens(), completions.rows(), seeds.nextLong());
      pass.backward(batch.differentiate(logProbs, totals), gradients);
      totals.addTokens(completions.tokens().tokens());
    }
    return totals;
  }

  /// Of the last [#compute].
  Parameters gradients() {
    return gradients;
  }

  @Override
  public void close() {
    pass.close();
  }
}
