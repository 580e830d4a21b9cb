package org.tramontane.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.tensor.Tensor;

/// Draws fresh weights: norms 1, everything else normal around 0.
final class RandomWeights {
  private RandomWeights() {}

  /// Fills every tensor from its own stream, split off `seed` in the order of the names; so tensors can be drawn side by
  /// side and still hold the same bits.
  static void fill(MistralWeights weights, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    double deviation = weights.config().initializerRange();
    List<Runnable> draws = new ArrayList<>();
    for (Tensor tensor : weights.byName().values()) {
      SplittableRandom random = seeds.split();
      draws.add(
          tensor.shape().rank() == 1
              ? () -> tensor.fill(1)
              : () -> normal(tensor, random, deviation));
    }
    draws.parallelStream().forEach(Runnable::run);
  }

  /// Box and Muller's transform in Marsaglia's polar form: a uniform point in the unit disc becomes two normal numbers.
  /// StrictMath gives the same bits on every machine.
  private static void normal(Tensor tensor, SplittableRandom random, double deviation) {
    long i = 0;
    while (i < tensor.elements()) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double s = x * x + y * y;
      if (s >= 1 || s == 0) {
        continue;
      }
      double factor = deviation * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
      tensor.set(i++, (float) (factor * x));
      if (i < tensor.elements()) {
        tensor.set(i++, (float) (factor * y));
      }
    }
  }
}
