package org.tramontane.cli.align;

import org.jspecify.annotations.Nullable;
import org.tramontane.spac.train.AdamWOptions;
import org.tramontane.spac.train.LearningRateSchedule;
import org.tramontane.spac.train.SamplingStrategy;
import org.tramontane.spac.train.TrainingLength;
import org.tramontane.spac.train.TrainingOptions;
import org.tramontane.spac.train.Warmup;
import picocli.CommandLine.Option;

/// The options of every method: optimiser, schedule, batches. Names are TRL's.
final class TrainingFlags {
  private static final double PREFERENCE_LEARNING_RATE = 5e-7;
  private static final double SUPERVISED_LEARNING_RATE = 2e-5;

  private enum Schedule {
    CONSTANT,
    LINEAR,
    COSINE
  }

  @Option(
      names = {"--learning-rate", "--lr"},
      description = "Peak learning rate. Default: 5e-7, for SFT 2e-5.")
  private @Nullable Double learningRate;

  @Option(
      names = "--lr-scheduler-type",
      paramLabel = "constant|linear|cosine",
      defaultValue = "LINEAR",
      description = "What follows the warm-up. Default: linear.")
  private Schedule schedule = Schedule.LINEAR;

  @Option(
      names = "--warmup-ratio",
      description = "Share of the steps that warm up. Default: ${DEFAULT-VALUE}.")
  private double warmupRatio = 0.1;

  @Option(
      names = "--warmup-steps",
      description = "Steps that warm up; above 0 it wins over the ratio.")
  private long warmupSteps;

  @Option(
      names = {"--num-train-epochs", "--epochs"},
      description = "Passes over the data; per round of self-play. Default: ${DEFAULT-VALUE}.")
  private double epochs = 1;

  @Option(
      names = "--max-steps",
      description = "Optimiser steps instead of epochs; per round of self-play.")
  private @Nullable Long maxSteps;

  @Option(
      names = {"--per-device-train-batch-size", "--batch-size"},
      description = "Examples computed together. Default: ${DEFAULT-VALUE}.")
  private int batchSize = 8;

  @Option(
      names = "--gradient-accumulation-steps",
      description = "Batches per optimiser step. Default: ${DEFAULT-VALUE}.")
  private int accumulation = 1;

  @Option(
      names = "--gradient-checkpointing",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Keep each layer's input only and compute the rest again for the gradient: the same bits, less memory.")
  private boolean gradientCheckpointing;

  @Option(
      names = "--weight-decay",
      description = "Decoupled, on every parameter. Default: ${DEFAULT-VALUE}.")
  private double weightDecay;

  @Option(names = "--adam-beta1", description = "Default: ${DEFAULT-VALUE}.")
  private double beta1 = 0.9;

  @Option(names = "--adam-beta2", description = "Default: ${DEFAULT-VALUE}.")
  private double beta2 = 0.999;

  @Option(names = "--adam-epsilon", description = "Default: ${DEFAULT-VALUE}.")
  private double epsilon = 1e-8;

  @Option(
      names = "--max-grad-norm",
      description = "Clip the gradient's global L2 norm; 0: don't. Default: ${DEFAULT-VALUE}.")
  private double maxGradNorm = 1;

  @Option(
      names = "--train-sampling-strategy",
      paramLabel = "random|sequential",
      defaultValue = "RANDOM",
      description = "The order of examples: drawn, or the file's. Default: random.")
  private SamplingStrategy sampling = SamplingStrategy.RANDOM;

  @Option(names = "--seed", description = "Of shuffling and sampling. Default: ${DEFAULT-VALUE}.")
  private long seed = 42;

  long seed() {
    return seed;
  }

  TrainingOptions options(Method method) {
    double rate =
        learningRate != null
            ? learningRate
            : method == Method.SFT ? SUPERVISED_LEARNING_RATE : PREFERENCE_LEARNING_RATE;
    Warmup warmup = new Warmup(warmupSteps, warmupRatio);
    return new TrainingOptions(
        new AdamWOptions(rate, beta1, beta2, epsilon, weightDecay, maxGradNorm),
        switch (schedule) {
          case CONSTANT -> new LearningRateSchedule.Constant(warmup);
          case LINEAR -> new LearningRateSchedule.Linear(warmup);
          case COSINE -> new LearningRateSchedule.Cosine(warmup);
        },
        maxSteps == null ? new TrainingLength.Epochs(epochs) : new TrainingLength.Steps(maxSteps),
        batchSize,
        accumulation,
        seed,
        sampling,
        gradientCheckpointing);
  }
}
