package org.tramontane.transformer;

import java.util.SplittableRandom;
import org.tramontane.tensor.Tensor;

/// Draws fresh weights: norms 1, everything else normal around 0.
final class RandomWeights {
  private RandomWeights() {}

  /// Fills every tensor from its own stream, split off `seed` in the order of the names.
  static void fill(MistralWeights weights, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    double deviation = weights.config().initializerRange();
    for (Tensor tensor : weights.byName().values()) {
      SplittableRandom random = seeds.split();
      if (tensor.shape().rank() == 1) {
        tensor.fill(1);
      } else {
        normal(tensor, random, deviation);
      }
    }
  }

  /// Box and Muller's transform of two uniform numbers into two normal ones; StrictMath gives the same bits everywhere.
  private static void normal(Tensor tensor, SplittableRandom random, double deviation) {
    for (long i = 0; i < tensor.elements(); i += 2) {
      double radius = deviation * StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double angle = 2 * Math.PI * random.nextDouble();
      tensor.set(i, (float) (radius * StrictMath.cos(angle)));
      if (i + 1 < tensor.elements()) {
        tensor.set(i + 1, (float) (radius * StrictMath.sin(angle)));
      }
    }
  }
}
