package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// Makes tensors of small random numbers for one benchmark.
final class Operands {
  private final Arena arena;
  private final SplittableRandom random = new SplittableRandom(1);

  Operands(Arena arena) {
    this.arena = arena;
  }

  Tensor random(long... extents) {
    return random(DType.F32, extents);
  }

  /// Uniform in [-1, 1).
  Tensor random(DType dtype, long... extents) {
    Tensor x = Tensor.allocate(arena, dtype, Shape.of(extents));
    for (long i = 0; i < x.elements(); i++) {
      x.set(i, (float) (2 * random.nextDouble() - 1));
    }
    return x;
  }

  Arena arena() {
    return arena;
  }

  Tensor zeros(long... extents) {
    return Tensor.allocate(arena, extents);
  }
}
