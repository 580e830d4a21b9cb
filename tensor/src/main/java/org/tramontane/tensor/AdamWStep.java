package org.tramontane.tensor;

/// The scalars of one AdamW step; see [Kernels#adamW].
///
/// @param step number of this step, from 1
/// @param learningRate lr, 0 or more
/// @param beta1 decay of the first moment, in [0, 1)
/// @param beta2 decay of the second moment, in [0, 1)
/// @param eps added to the root of the second moment, above 0
/// @param weightDecay decoupled weight decay, 0 or more
public record AdamWStep(
    long step, double learningRate, double beta1, double beta2, double eps, double weightDecay) {
  /// Checks the ranges.
  public AdamWStep {
    require(step >= 1, "step", step, "1 or more");
    require(learningRate >= 0, "learningRate", learningRate, "0 or more");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 or more, below 1");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or more, below 1");
    require(eps > 0, "eps", eps, "above 0");
    require(weightDecay >= 0, "weightDecay", weightDecay, "0 or more");
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
