package org.tramontane.spac.train;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;

/// Minimises an [Objective] over what a model trains: the one loop that every trainer runs.
final class TrainingLoop {
  private final Trainee trainee;
  private final TrainingOptions options;
  private final TrainingObserver observer;

  TrainingLoop(MistralModel policy, TrainingOptions options, TrainingObserver observer) {
    this(Trainee.of(policy), options, observer);
  }

  TrainingLoop(Trainee trainee, TrainingOptions options, TrainingObserver observer) {
    this.trainee = trainee;
    this.options = options;
    this.observer = observer;
  }

  /// Trains for a round, with an optimiser and a schedule of its own.
  ///
  /// @throws UserError if loss or gradient is not finite; the weights are then as they were before that step
  RoundReport run(int round, int rounds, Objective objective) {
    StepOrder order = order(objective, round);
    long steps = options.length().steps(order.perEpoch());
    long begin = System.nanoTime();
    long tokens = 0;
    double firstLoss = Double.NaN;
    double lastLoss = Double.NaN;
    try (Arena arena = Arena.ofShared();
        StepGradient gradient = gradient(zeros(arena));
        AdamWOptimizer optimizer = new AdamWOptimizer(trainee.trainable(), trainee.kernels(), options.adamW())) {
      for (long step = 0; step < steps; step++) {
        long stepBegin = System.nanoTime();
        StepTotals totals =
            gradient.compute(
                objective.step(order.step(step), options.batchSize()), seed(round, step));
        double norm = optimizer.norm(gradient.gradients());
        requireFinite("loss", totals.loss(), round, step, steps);
        requireFinite("gradient norm", norm, round, step, steps);
        double factor = options.schedule().factor(step, steps);
        optimizer.step(gradient.gradients(), norm, factor);

        firstLoss = step == 0 ? totals.loss() : firstLoss;
        lastLoss = totals.loss();
        tokens += totals.tokens();
        observer.onStep(
            new StepReport(
                round,
                step + 1,
                steps,
                (step + 1) / (double) order.perEpoch(),
                totals.loss(),
                norm,
                options.adamW().learningRate() * factor,
                totals.metrics(),
                totals.tokens(),
                secondsSince(stepBegin)));
      }
    }
    RoundReport report =
        new RoundReport(round, rounds, steps, firstLoss, lastLoss, tokens, secondsSince(begin));
    observer.onRoundEnd(report);
    return report;
  }

  /// Computes the first step of the first round and makes none.
  DryRun dryRun(Objective objective) {
    try (Arena arena = Arena.ofShared()) {
      return dryRun(objective, zeros(arena));
    }
  }

  /// As above, with the gradient left in `gradients`.
  DryRun dryRun(Objective objective, Parameters gradients) {
    int[] examples = order(objective, 1).step(0);
    try (StepGradient gradient = gradient(gradients)) {
      StepTotals totals =
          gradient.compute(objective.step(examples, options.batchSize()), seed(1, 0));
      return new DryRun(
          totals.loss(),
          AdamWOptimizer.norm(trainee.kernels(), gradients),
          totals.metrics());
    }
  }

  private StepOrder order(Objective objective, int round) {
    boolean shuffled = objective.isShuffled() && options.sampling() == SamplingStrategy.RANDOM;
    return new StepOrder(objective.size(), options, round, shuffled);
  }

  private StepGradient gradient(Parameters gradients) {
    return new StepGradient(trainee, gradients, options.gradientCheckpointing());
  }

  /// Of a step's dropout: a function of its place in the run, so that a run that goes on draws what it would have drawn.
  private long seed(int round, long step) {
    return new SplittableRandom(options.seed() + 0x9e3779b9L * round + (step << 32)).nextLong();
  }

  private Parameters zeros(Arena arena) {
    return trainee.trainable().zerosLike(arena);
  }

  private static void requireFinite(String what, double value, int round, long step, long steps) {
    if (!Double.isFinite(value)) {
      throw new UserError(
          "round "
              + round
              + ", step "
              + (step + 1)
              + " of "
              + steps
              + ": the "
              + what
              + " is "
              + value
              + "; training stops. A lower learning_rate or max_grad_norm, or longer warm-up, may help");
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
