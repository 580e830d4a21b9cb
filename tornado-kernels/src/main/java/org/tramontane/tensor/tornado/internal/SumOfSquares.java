package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// The sum of the squares of all elements in F64: [#GROUPS] partial sums, which the host adds in order.
///
/// Thread t of all takes the elements t, t + threads, ...; a tree in local memory brings a work-group's sums together. The number of
/// groups is fixed, so the order is too.
public final class SumOfSquares {
  /// Threads of a work-group; a power of two.
  public static final int GROUP = 64;

  /// Work-groups, and partial sums.
  public static final int GROUPS = 128;

  private SumOfSquares() {}

  /// Runs on GROUPS * GROUP threads. Integers: elements, offset of x.
  public static void run(
      KernelContext context, int at, IntArray ints, FloatArray memory, DoubleArray partial) {
    double[] sums = context.allocateDoubleLocalArray(GROUP);
    int lane = context.localIdx;
    int count = ints.get(at);
    int from = ints.get(at + 1);
    double sum = 0;
    for (int i = context.globalIdx; i < count; i += GROUPS * GROUP) {
      double value = memory.get(from + i);
      sum += value * value;
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    if (lane == 0) {
      partial.set(context.groupIdx, sums[0]);
    }
  }
}
