package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Examples with a loss: what a [TrainingLoop] minimises.
interface Objective {
  /// The number of examples.
  int size();

  /// The work of an optimiser step, in micro-batches of `batchSize` examples each and what is left.
  ///
  /// The step's loss does not depend on `batchSize`.
  ///
  /// @param examples numbers of the step's examples
  OptimizerStep step(int[] examples, int batchSize);

  /// Whether each epoch draws an order of its own. Where not, all epochs read the examples in the order that they have.
  default boolean isShuffled() {
    return true;
  }

  /// Adds what it remembers from step to step to a training's state; most remember nothing.
  default void describe(StatePart state) {}

  /// Remembers what [#describe] has added.
  default void restore(StatePart state) {}

  /// `examples` in pieces of `batchSize`.
  static List<int[]> pieces(int[] examples, int batchSize) {
    List<int[]> pieces = new ArrayList<>();
    for (int from = 0; from < examples.length; from += batchSize) {
      pieces.add(Arrays.copyOfRange(examples, from, Math.min(from + batchSize, examples.length)));
    }
    return pieces;
  }
}
