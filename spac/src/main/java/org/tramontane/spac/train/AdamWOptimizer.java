package org.tramontane.spac.train;

import java.lang.foreign.Arena;
import org.tramontane.tensor.AdamWStep;
import org.tramontane.tensor.Kernels;
import org.tramontane.tensor.Tensor;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;

/// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) over what a model trains, with clipping by the global norm.
///
/// Holds the two moments, as large as the trained parameters in F32 each.
public final class AdamWOptimizer implements AutoCloseable {
  private final Parameters weights;
  private final Kernels kernels;
  private final AdamWOptions options;
  private final Arena arena = Arena.ofShared();
  private final Parameters firstMoments;
  private final Parameters secondMoments;
  private long steps;

  /// An optimiser of what the model trains, which is F32.
  public AdamWOptimizer(MistralModel model, AdamWOptions options) {
    this(model.trainable(), model.backend().kernels(), options);
  }

  AdamWOptimizer(Parameters weights, Kernels kernels, AdamWOptions options) {
    this.weights = weights;
    this.kernels = kernels;
    this.options = options;
    this.firstMoments = weights.zerosLike(arena);
    this.secondMoments = weights.zerosLike(arena);
  }

  /// The global L2 norm over all tensors.
  public double norm(Parameters gradients) {
    return norm(kernels, gradients);
  }

  static double norm(Kernels kernels, Parameters gradients) {
    double squares = 0;
    for (Tensor gradient : gradients.byName().values()) {
      squares += kernels.sumOfSquares(gradient);
    }
    return Math.sqrt(squares);
  }

  /// One step.
  ///
  /// @param gradients left as they are
  /// @param norm their [#norm], finite
  /// @param factor what the peak learning rate is scaled with, from a [LearningRateSchedule]
  public void step(Parameters gradients, double norm, double factor) {
    steps++;
    AdamWStep step =
        new AdamWStep(
            steps,
            options.learningRate() * factor,
            options.beta1(),
            options.beta2(),
            options.eps(),
            options.weightDecay());
    float clip = (float) clip(norm);
    weights
        .byName()
        .forEach(
            (name, parameter) ->
                kernels.adamW(
                    parameter,
                    gradients.get(name),
                    firstMoments.get(name),
                    secondMoments.get(name),
                    step,
                    clip));
  }

  /// Adds both moments and the number of steps to a training's state.
  void describe(StatePart state) {
    state
        .putLongs("optimizer_steps", steps)
        .putParameters("exp_avg", firstMoments)
        .putParameters("exp_avg_sq", secondMoments);
  }

  /// Goes on from what [#describe] has added.
  void restore(StatePart state) {
    steps = state.longValue("optimizer_steps");
    state.copyTo("exp_avg", firstMoments);
    state.copyTo("exp_avg_sq", secondMoments);
  }

  /// What clipping multiplies gradients with, `min(1, max / (norm + 1e-6))`, as PyTorch's `clip_grad_norm_` does.
  private double clip(double norm) {
    return options.maxGradNorm() == 0 ? 1 : Math.min(1, options.maxGradNorm() / (norm + 1e-6));
  }

  @Override
  public void close() {
    arena.close();
  }
}
