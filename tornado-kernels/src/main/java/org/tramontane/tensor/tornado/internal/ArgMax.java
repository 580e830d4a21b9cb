package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// The index of each row's largest element, the first of equals, or -1 - that of its first NaN.
///
/// A work-group of [#GROUP] threads takes a row: thread t looks at the columns t, t + GROUP, ... in order, so that neighbours read
/// neighbours, and a tree in local memory brings together what they have found. Of two that are equal the one with the smaller index
/// stays, so the result does not depend on the order. All begin with the row's first element, which needs no number below all
/// others. NaNs are looked for beside: no comparison with one holds, so where there is one the largest element means nothing.
public final class ArgMax {
  /// Threads of a work-group, which takes a row; a power of two, as the tree halves it.
  public static final int GROUP = 512;

  /// Rows of a launch at most: results come to the host in an array of this size.
  public static final int ROWS = 256;

  private ArgMax() {}

  /// Runs on rows * GROUP threads. Integers: columns, offset of x.
  @SuppressWarnings("IdentityBinaryExpression") // NaN is what differs from itself
  public static void run(
      KernelContext context, int at, IntArray ints, FloatArray memory, IntArray results) {
    float[] values = context.allocateFloatLocalArray(GROUP);
    int[] places = context.allocateIntLocalArray(GROUP);
    int[] nans = context.allocateIntLocalArray(GROUP);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int columns = ints.get(at);
    int from = ints.get(at + 1) + row * columns;
    float largest = memory.get(from);
    int place = 0;
    int nan = columns;
    for (int j = lane; j < columns; j += GROUP) {
      float value = memory.get(from + j);
      if (value > largest) {
        largest = value;
        place = j;
      }
      if (value != value) {
        nan = TornadoMath.min(nan, j);
      }
    }
    values[lane] = largest;
    places[lane] = place;
    nans[lane] = nan;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        float mine = values[lane];
        float other = values[lane + stride];
        if (other == mine) {
          places[lane] = TornadoMath.min(places[lane], places[lane + stride]);
        }
        if (other > mine) {
          values[lane] = other;
          places[lane] = places[lane + stride];
        }
        nans[lane] = TornadoMath.min(nans[lane], nans[lane + stride]);
      }
    }
    if (lane == 0) {
      int result = places[0];
      if (nans[0] < columns) {
        result = -1 - nans[0];
      }
      results.set(row, result);
    }
  }
}
