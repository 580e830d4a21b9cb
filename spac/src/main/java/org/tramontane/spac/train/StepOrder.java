package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.tramontane.spac.Permutation;

/// Which examples each optimiser step reads: every epoch all of them, in an order of its own unless they keep theirs.
final class StepOrder {
  private final int examples;
  private final int perStep;
  private final long seed;
  private final int round;
  private final boolean shuffled;
  private long shuffledEpoch = -1;
  private int[] order = {};

  StepOrder(int examples, TrainingOptions options, int round) {
    this(examples, options, round, true);
  }

  /// @param shuffled whether each epoch draws an order, or all read the examples as they are numbered
  StepOrder(int examples, TrainingOptions options, int round, boolean shuffled) {
    this.examples = examples;
    this.perStep = options.stepExamples();
    this.seed = options.seed();
    this.round = round;
    this.shuffled = shuffled;
  }

  /// Steps of an epoch.
  long perEpoch() {
    return Math.ceilDiv(examples, perStep);
  }

  /// The examples of step `step`, counted from 0 through all epochs.
  int[] step(long step) {
    long epoch = step / perEpoch();
    if (epoch != shuffledEpoch) {
      // Rounds and epochs share one sequence of orders; no round has 2^32 epochs.
      order =
          shuffled
              ? Permutation.of(seed, ((long) round << 32) + epoch, examples)
              : IntStream.range(0, examples).toArray();
      shuffledEpoch = epoch;
    }
    int from = (int) (step % perEpoch()) * perStep;
    return Arrays.copyOfRange(order, from, Math.min(from + perStep, examples));
  }
}
