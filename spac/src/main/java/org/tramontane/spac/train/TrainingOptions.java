package org.tramontane.spac.train;

/// How to minimise, whatever the loss.
///
/// One optimiser step reads `batchSize * accumulation` examples, in micro-batches of `batchSize`; the last step of an
/// epoch reads what is left. Means are over the examples of a step, so accumulation changes memory and nothing else.
///
/// @param adamW the optimiser's constants
/// @param schedule of the learning rate, over all steps of a training (of a round, for SPAC)
/// @param length of a training (of a round, for SPAC)
/// @param batchSize examples that are computed together, 1 or more
/// @param accumulation micro-batches per optimiser step, 1 or more
/// @param seed of shuffling and sampling
/// @param sampling the order of examples
/// @param gradientCheckpointing whether layers compute their activations again for the derivative, to save memory
public record TrainingOptions(
    AdamWOptions adamW,
    LearningRateSchedule schedule,
    TrainingLength length,
    int batchSize,
    int accumulation,
    long seed,
    SamplingStrategy sampling,
    boolean gradientCheckpointing) {
  /// Checks the ranges.
  public TrainingOptions {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size = " + batchSize + "; allowed: 1 or more");
    }
    if (accumulation < 1 || (long) batchSize * accumulation > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "gradient_accumulation_steps = " + accumulation + "; allowed: 1 or more");
    }
  }

  /// Options that keep all activations.
  public TrainingOptions(
      AdamWOptions adamW,
      LearningRateSchedule schedule,
      TrainingLength length,
      int batchSize,
      int accumulation,
      long seed,
      SamplingStrategy sampling) {
    this(adamW, schedule, length, batchSize, accumulation, seed, sampling, false);
  }

  /// Options with examples in random order.
  public TrainingOptions(
      AdamWOptions adamW,
      LearningRateSchedule schedule,
      TrainingLength length,
      int batchSize,
      int accumulation,
      long seed) {
    this(adamW, schedule, length, batchSize, accumulation, seed, SamplingStrategy.RANDOM);
  }

  /// The same with gradient checkpointing, or without.
  public TrainingOptions withGradientCheckpointing(boolean checkpointing) {
    return new TrainingOptions(
        adamW, schedule, length, batchSize, accumulation, seed, sampling, checkpointing);
  }

  /// Examples per optimiser step.
  int stepExamples() {
    return batchSize * accumulation;
  }
}
