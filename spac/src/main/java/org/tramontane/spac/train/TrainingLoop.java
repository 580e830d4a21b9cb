package org.tramontane.spac.train;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.SplittableRandom;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;

/// Minimises an [Objective] over what a model trains: the one loop that every trainer runs.
final class TrainingLoop {
  private final String name;
  private final Trainee trainee;
  private final TrainingOptions options;
  private final TrainingObserver observer;
  private final TrainingState state;

  /// A loop whose state nobody keeps.
  TrainingLoop(MistralModel policy, TrainingOptions options, TrainingObserver observer) {
    this(policy, options, observer, TrainingState.unkept());
  }

  /// A loop whose parts of the state are `policy`, what is trained, and `loop`, how far it came.
  TrainingLoop(
      MistralModel policy,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this("", Trainee.of(policy), options, observer, state);
  }

  /// A loop beside others in one training.
  ///
  /// @param name stands before the names of its parts
  TrainingLoop(
      String name,
      Trainee trainee,
      TrainingOptions options,
      TrainingObserver observer,
      TrainingState state) {
    this.name = name;
    this.trainee = trainee;
    this.options = options;
    this.observer = observer;
    this.state = state;
  }

  /// Trains for a round, with an optimiser and a schedule of its own; or goes on with the round that a former process
  /// has begun.
  ///
  /// @throws UserError if loss or gradient is not finite; the weights are then as they were before that step
  /// @throws TrainingInterrupted if the state's keeper says so
  RoundReport run(int round, int rounds, Objective objective) {
    String part = name + "loop";
    StepOrder order = order(objective, round);
    long steps = options.length().steps(order.perEpoch());
    state.keepParameters(name + "policy", trainee.trainable());
    LoopProgress progress = new LoopProgress();
    Optional<StatePart> left = state.take(part);
    left.ifPresent(progress::restore);
    left.ifPresent(objective::restore);
    if (progress.steps() < steps) {
      try (Arena arena = Arena.ofShared();
          StepGradient gradient = gradient(zeros(arena));
          AdamWOptimizer optimizer =
              new AdamWOptimizer(
                  trainee.trainable(), trainee.backend().kernels(), options.adamW())) {
        left.ifPresent(optimizer::restore);
        state.keep(
            part,
            () -> {
              StatePart now = progress.describe();
              objective.describe(now);
              optimizer.describe(now);
              return now;
            });
        for (long step = progress.steps(); step < steps; step++) {
          long stepBegin = System.nanoTime();
          StepTotals totals =
              gradient.compute(
                  objective.step(order.step(step), options.batchSize()), seed(round, step));
          double norm = optimizer.norm(gradient.gradients());
          requireFinite("loss", totals.loss(), round, step, steps);
          requireFinite("gradient norm", norm, round, step, steps);
          double factor = options.schedule().factor(step, steps);
          optimizer.step(gradient.gradients(), norm, factor);
          trainee.backend().synchronize(); // a step's time is that of all of it

          progress.add(totals.loss(), totals.tokens(), secondsSince(stepBegin));
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
          state.stepDone();
        }
      }
    }
    // The optimiser ends with its round; what remains to be said is that all steps are made.
    state.keep(
        part,
        () -> {
          StatePart now = progress.describe();
          objective.describe(now);
          return now;
        });
    RoundReport report = progress.report(round, rounds);
    observer.onRoundEnd(report);
    state.drop(part);
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
          AdamWOptimizer.norm(trainee.backend().kernels(), gradients),
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
