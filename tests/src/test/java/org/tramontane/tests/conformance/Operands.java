package org.tramontane.tests.conformance;

import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

/// Random and poisoned tensors of one test case; they live as long as the case, and all follow from its seed.
///
/// Each tensor lies between two guards of 64 bytes, which are looked at when the case ends: a kernel in native code or on a
/// device that writes past its operand is caught, where a segment's own bounds are not asked.
final class Operands implements AutoCloseable {
  /// System property: other random numbers for the whole suite. 0, the default, always gives the same.
  static final String SEED_PROPERTY = "tramontane.seed";

  private static final byte GUARD = 0x5a;
  private static final ThreadLocal<String> NEWEST = ThreadLocal.withInitial(() -> "none");

  // Backends compute with threads of their own, which a confined arena would refuse.
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> guards = new ArrayList<>();
  private final SplittableRandom random;

  Operands(long seed) {
    long suite = Long.getLong(SEED_PROPERTY, 0);
    this.random = new SplittableRandom(seed ^ suite * 0x9e3779b97f4a7c15L);
    NEWEST.set("seed " + seed + ", -D" + SEED_PROPERTY + "=" + suite);
  }

  /// The seed of the newest case of this thread: what a failure prints.
  static String newest() {
    return NEWEST.get();
  }

  Arena arena() {
    return arena;
  }

  private Tensor allocate(DType dtype, Shape shape) {
    long bytes = dtype.bytes(shape.elements());
    long guard = Tensor.ALIGNMENT;
    MemorySegment all = arena.allocate(bytes + 2 * guard, guard);
    guards.add(all.asSlice(0, guard).fill(GUARD));
    guards.add(all.asSlice(guard + bytes, guard).fill(GUARD));
    return Tensor.wrap(dtype, shape, all.asSlice(guard, bytes));
  }

  /// Standard normal values, times `scale`.
  Tensor normal(DType dtype, double scale, long... extents) {
    Tensor tensor = allocate(dtype, Shape.of(extents));
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
    return allocate(DType.F32, Shape.of(extents)).fill(Float.NaN);
  }

  Tensor copy(Tensor source) {
    return allocate(source.dtype(), source.shape()).copyFrom(source);
  }

  /// Rows that are all the same.
  Tensor equalRows(DType dtype, long rows, long columns) {
    Tensor tensor = normal(dtype, 1, rows, columns);
    for (long i = columns; i < tensor.elements(); i++) {
      tensor.set(i, tensor.get(i % columns));
    }
    return tensor;
  }

  /// `count` integers below `bound`.
  int[] integers(int count, int bound) {
    return random.ints(count, 0, bound).toArray();
  }

  /// Frees the tensors.
  ///
  /// @throws AssertionError if a kernel wrote past one
  @Override
  public void close() {
    boolean intact =
        guards.stream()
            .allMatch(
                guard -> {
                  for (long i = 0; i < guard.byteSize(); i++) {
                    if (guard.get(ValueLayout.JAVA_BYTE, i) != GUARD) {
                      return false;
                    }
                  }
                  return true;
                });
    arena.close();
    if (!intact) {
      fail("a kernel wrote past the end of an operand, or before its beginning");
    }
  }
}
