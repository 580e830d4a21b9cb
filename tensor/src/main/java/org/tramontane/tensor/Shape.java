package org.tramontane.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The extents of a tensor, outermost first; rows are contiguous in memory (row-major order).
///
/// A shape without extents is a scalar of one element.
public final class Shape {
  private final long[] extents;
  private final long elements;

  private Shape(long[] extents, long elements) {
    this.extents = extents;
    this.elements = elements;
  }

  /// A shape of the given extents.
  ///
  /// @throws IllegalArgumentException if an extent is negative or the number of elements overflows a `long`
  public static Shape of(long... extents) {
    long elements = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(extents)
                + " has the extent "
                + extent
                + "; allowed: 0 or more");
      }
      try {
        elements = Math.multiplyExact(elements, extent);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(extents) + " has more than 2^63 - 1 elements", e);
      }
    }
    return new Shape(extents.clone(), elements);
  }

  /// The number of extents.
  public int rank() {
    return extents.length;
  }

  /// Extent `axis`; a negative axis counts from the end, so that `-1` is the innermost.
  public long extent(int axis) {
    return extents[axis < 0 ? extents.length + axis : axis];
  }

  /// The product of all extents.
  public long elements() {
    return elements;
  }

  /// The product of all extents but the innermost: how many rows a matrix of this memory has; 1 for a scalar.
  public long rows() {
    long rows = 1;
    for (int i = 0; i < extents.length - 1; i++) {
      rows *= extents[i];
    }
    return rows;
  }

  /// The innermost extent, 1 for a scalar.
  public long columns() {
    return extents.length == 0 ? 1 : extents[extents.length - 1];
  }

  /// A copy of the extents.
  public long[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /// The extents as `[2, 3]`.
  @Override
  public String toString() {
    return Arrays.stream(extents)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
