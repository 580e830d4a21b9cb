package org.tramontane.cli.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// Makes tensors of small random numbers for one benchmark.
final class Operands {
  /// Prime, so that no two rows of a matrix are equal.
  private static final long PERIOD = 1_000_003;

  private final Arena arena;
  private final SplittableRandom random = new SplittableRandom(1);

  Operands(Arena arena) {
    this.arena = arena;
  }

  Tensor random(long... extents) {
    return random(DType.F32, extents);
  }

  /// Uniform in [-1, 1); past a million numbers they repeat.
  Tensor random(DType dtype, long... extents) {
    Tensor x = Tensor.allocate(arena, dtype, Shape.of(extents));
    long drawn = Math.min(x.elements(), PERIOD);
    for (long i = 0; i < drawn; i++) {
      x.set(i, (float) (2 * random.nextDouble() - 1));
    }
    long bytes = x.byteSize();
    for (long done = dtype.bytes(drawn); done < bytes; ) {
      long more = Math.min(dtype.bytes(drawn), bytes - done);
      MemorySegment.copy(x.data(), 0, x.data(), done, more);
      done += more;
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
