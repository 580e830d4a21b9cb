package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Examples with a loss: what a [TrainingLoop] minimises.
interface Objective {
  /// The number of examples.
  int size();

  /// The micro-batches of an optimiser step, of `batchSize` examples each and what is left.
  ///
  /// @param examples numbers of the step's examples
  List<MicroBatch> step(int[] examples, int batchSize);

  /// `examples` in pieces of `batchSize`.
  static List<int[]> pieces(int[] examples, int batchSize) {
    List<int[]> pieces = new ArrayList<>();
    for (int from = 0; from < examples.length; from += batchSize) {
      pieces.add(Arrays.copyOfRange(examples, from, Math.min(from + batchSize, examples.length)));
    }
    return pieces;
  }
}
