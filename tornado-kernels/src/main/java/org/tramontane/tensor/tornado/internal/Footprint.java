package org.tramontane.tensor.tornado.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which floats a launch reads and writes, so that it is known which launches may run side by side.
///
/// Only for kernels of which a layer has several in a row that don't need each other: the products of q, k and v, those of gate and up,
/// rotations, and what is written to the caches. The others fill the device by themselves.
///
/// @param reads what is read and not written
/// @param writes what is written, and perhaps read
record Footprint(List<Range> reads, List<Range> writes) {
  /// Ranges at most, of which each is compared with each: more of them become one with all between them.
  private static final int MOST_RANGES = 8;

  /// Floats from `from` up to but not `to`.
  record Range(long from, long to) {
    private boolean meets(Range other) {
      return from < other.to && other.from < to;
    }
  }

  /// What `launch` does; null if nobody has written down what its kernel does.
  static @Nullable Footprint of(Launch launch) {
    int[] n = launch.ints();
    return switch (launch.kernel()) {
      // As MatMul has them: m, n, k, a and its rows' distance (at 3, 4), b (6, 8), c (9).
      case MATVEC_BF16 ->
          new Footprint(List.of(range(n[3], n[0], n[4])), List.of(range(n[9], n[0], n[1])));
      case MATVEC ->
          new Footprint(
              List.of(range(n[3], n[0], n[4]), range(n[6], n[1], n[8])),
              List.of(range(n[9], n[0], n[1])));
      case ROPE -> {
        long largest = 0;
        for (int i = Rope.LIST; i < n.length; i++) {
          largest = Math.max(largest, n[i]);
        }
        yield new Footprint(
            List.of(range(n[4], largest + 1, n[1]), range(n[5], largest + 1, n[1])),
            List.of(range(n[3], n[6], 2L * n[0])));
      }
      case SCATTER -> {
        List<Range> writes = new ArrayList<>();
        for (int i = 0; i < n[0]; i++) {
          int to = n[Rows.LIST + i];
          if (to >= 0) {
            writes.add(range(n[3] + (long) to * n[1], 1, n[1]));
          }
        }
        if (writes.size() > MOST_RANGES) {
          long from = writes.stream().mapToLong(Range::from).min().orElseThrow();
          long end = writes.stream().mapToLong(Range::to).max().orElseThrow();
          writes = List.of(new Range(from, end));
        }
        yield new Footprint(List.of(range(n[2], n[0], n[1])), writes);
      }
      default -> null;
    };
  }

  private static Range range(long from, long rows, long columns) {
    return new Range(from, from + rows * columns);
  }

  /// Whether neither launch writes what the other reads or writes.
  boolean isApartFrom(Footprint other) {
    return apart(writes, other.writes) && apart(writes, other.reads) && apart(reads, other.writes);
  }

  private static boolean apart(List<Range> some, List<Range> others) {
    for (Range one : some) {
      for (Range other : others) {
        if (one.meets(other)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Numbers of stages: launches of the same stage don't need each other, and follow each other.
  static List<Integer> stages(List<Launch> launches) {
    List<Integer> stages = new ArrayList<>(launches.size());
    List<Footprint> current = new ArrayList<>();
    int stage = -1;
    for (Launch launch : launches) {
      Footprint footprint = of(launch);
      if (footprint == null) {
        current.clear();
        stage++;
      } else {
        if (current.isEmpty() || !current.stream().allMatch(footprint::isApartFrom)) {
          current.clear();
          stage++;
        }
        current.add(footprint);
      }
      stages.add(stage);
    }
    return stages;
  }
}
