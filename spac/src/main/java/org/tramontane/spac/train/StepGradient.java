package org.tramontane.spac.train;

import java.util.SplittableRandom;
import org.tramontane.transformer.CompletionBatch;
import org.tramontane.transformer.Parameters;

/// Computes the loss of an optimiser step and its gradient, one micro-batch after the other.
final class StepGradient implements AutoCloseable {
  private final Trainee.Pass pass;
  private final Parameters gradients;

  /// @param gradients where the gradient goes, F32
  StepGradient(Trainee trainee, Parameters gradients, boolean gradientCheckpointing) {
    this.pass = trainee.pass(gradientCheckpointing);
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
      probe.observe(pass.forward(probe.completions()));
    }
    for (MicroBatch batch : step.batches()) {
      CompletionBatch completions = batch.completions();
      float[] numbers = pass.forward(completions, seeds.nextLong());
      pass.backward(batch.differentiate(numbers, totals), gradients);
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
