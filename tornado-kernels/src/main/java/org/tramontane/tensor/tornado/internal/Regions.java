package org.tramontane.tensor.tornado.internal;

import java.util.Map;
import java.util.TreeMap;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/// The free parts of one array: first fit, neighbours grow together when both are free.
final class Regions {
  /// Elements that offsets and lengths are multiples of: 256 bytes of floats.
  static final int UNIT = 64;

  private final TreeMap<Integer, Integer> free = new TreeMap<>();

  /// All of `size` elements are free.
  Regions(int size) {
    this(0, size);
  }

  private Regions(int first, int size) {
    free.put(first, size - first);
  }

  /// All of `size` elements of an array but its first few, so that regions begin at multiples of 256 bytes on the device: TornadoVM has
  /// a header before the first element.
  ///
  /// @param width bytes of an element
  static Regions aligned(int size, int width) {
    return new Regions(first(width), size);
  }

  /// Elements of an array that has room for so many behind [#first], in any width.
  static long roomFor(long elements) {
    return rounded(elements) + 2L * UNIT;
  }

  /// The first element at a multiple of 256 bytes.
  static int first(int width) {
    return (256 - (int) TornadoNativeArray.ARRAY_HEADER) / width;
  }

  static long rounded(long elements) {
    return (Math.max(elements, 1) + UNIT - 1) / UNIT * UNIT;
  }

  /// The offset of `elements` elements that now are taken, or -1 if no free part is so long.
  int take(long elements) {
    long wanted = rounded(elements);
    int offset = -1;
    long rest = 0;
    for (Map.Entry<Integer, Integer> part : free.entrySet()) {
      if (part.getValue() >= wanted) {
        offset = part.getKey();
        rest = part.getValue() - wanted;
        break;
      }
    }
    if (offset >= 0) {
      free.remove(offset);
    }
    if (rest > 0) {
      free.put((int) (offset + wanted), (int) rest);
    }
    return offset;
  }

  /// Gives back what [#take] returned for as many elements.
  void give(int offset, long elements) {
    int from = offset;
    int length = (int) rounded(elements);
    Map.Entry<Integer, Integer> before = free.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == from) {
      from = before.getKey();
      length += before.getValue();
    }
    Integer after = free.remove(offset + (int) rounded(elements));
    if (after != null) {
      length += after;
    }
    free.put(from, length);
  }

  /// The elements of all free parts.
  long available() {
    return free.values().stream().mapToLong(Integer::longValue).sum();
  }
}
