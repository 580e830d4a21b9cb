package org.tramontane.tests.conformance;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// Random and poisoned tensors of one test case; they live as long as the case, and all follow from its seed.
final class Operands implements AutoCloseable {
  // Backends compute with threads of their own, which a confined arena would refuse.
  private final Arena arena = Arena.ofShared();
  private final SplittableRandom random;
  private final long seed;

  Operands(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  Arena arena() {
    return arena;
  }

  /// Standard normal values, times `scale`.
  Tensor normal(DType dtype, double scale, long... extents) {
    Tensor tensor = Tensor.allocate(arena, dtype, Shape.of(extents));
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.set(i, (float) (scale * random.nextGaussian()));
    }
    return tensor;
  }

  Tensor normal(long... extents) {
    return normal(DType.F32, 1, extents);
  }

  /// An output that a kernel must overwrite: every cell is NaN.
  Tensor poisoned(long... extents) {
    return Tensor.allocate(arena, extents).fill(Float.NaN);
  }

  Tensor copy(Tensor source) {
    return Tensor.allocate(arena, source.dtype(), source.shape()).copyFrom(source);
  }

  /// `count` integers below `bound`.
  int[] integers(int count, int bound) {
    return random.ints(count, 0, bound).toArray();
  }

  @Override
  public void close() {
    arena.close();
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }
}
