package org.tramontane.spac.train;

/// AdamW's constants; see [org.tramontane.tensor.Kernels#adamW].
///
/// @param learningRate the peak, which a [LearningRateSchedule] scales; above 0
/// @param beta1 decay of the first moment, in [0, 1)
/// @param beta2 decay of the second moment, in [0, 1)
/// @param eps added to the root of the second moment, above 0
/// @param weightDecay decoupled, on every parameter; 0 or more
/// @param maxGradNorm the global L2 norm that gradients are clipped to, 0 for no clipping
public record AdamWOptions(
    double learningRate,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    double maxGradNorm) {
  /// Checks the ranges.
  public AdamWOptions {
    require(learningRate > 0, "learning_rate", learningRate, "above 0");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 or more, below 1");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or more, below 1");
    require(eps > 0, "adam_eps", eps, "above 0");
    require(weightDecay >= 0, "weight_decay", weightDecay, "0 or more");
    require(maxGradNorm >= 0, "max_grad_norm", maxGradNorm, "0 (no clipping) or more");
  }

  /// The usual constants: betas 0.9 and 0.999, eps 1e-8, no weight decay, clipping to norm 1.
  public static AdamWOptions of(double learningRate) {
    return new AdamWOptions(learningRate, 0.9, 0.999, 1e-8, 0, 1);
  }

  private static void require(boolean holds, String key, double value, String allowed) {
    if (!holds || !Double.isFinite(value)) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
