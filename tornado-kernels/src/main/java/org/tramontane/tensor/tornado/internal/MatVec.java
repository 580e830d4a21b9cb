package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `c = alpha * a b^T + beta * c` for few rows of a, as decoding has them: bound by reading b once.
///
/// A work-group of GROUP threads computes one element of c from a row of a and a row of b. Thread t takes the elements t, t + GROUP,
/// ..., so that neighbours read neighbours, and a tree in local memory brings the partial sums together. Tiles would leave all but
/// m of their TILE rows idle.
///
/// Integers and reals as [MatMul]; both rows are dense.
public final class MatVec {
  /// Threads of a work-group; a power of two, as the tree halves it.
  public static final int GROUP = 64;

  /// The most rows of a for which this is the better choice.
  public static final int MOST_ROWS = 4;

  private MatVec() {}

  /// b in F32. Runs on n groups times m.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(GROUP);
    int lane = context.localIdx;
    int column = context.groupIdx;
    int row = context.globalIdy;
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int fromB = ints.get(at + 6) + column * ints.get(at + 8);
    float sum = 0;
    for (int i = lane; i < k; i += GROUP) {
      sum += memory.get(fromA + i) * memory.get(fromB + i);
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    if (lane == 0) {
      int to = ints.get(at + 9) + row * n + column;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sums[0] + before);
    }
  }

  /// b as it is stored, each element looked up. Runs on the same threads.
  public static void stored(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      IntArray b,
      FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(GROUP);
    int lane = context.localIdx;
    int column = context.groupIdx;
    int row = context.globalIdy;
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int baseB = ints.get(at + 6);
    int fromB = column * ints.get(at + 8);
    int format = ints.get(at + 10);
    float sum = 0;
    for (int i = lane; i < k; i += GROUP) {
      sum += memory.get(fromA + i) * Stored.get(b, baseB, format, memory, fromB + i);
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    if (lane == 0) {
      int to = ints.get(at + 9) + row * n + column;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sums[0] + before);
    }
  }
}
