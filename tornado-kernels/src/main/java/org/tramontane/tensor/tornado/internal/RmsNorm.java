package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `out = weight * x * r`, with `r = 1 / sqrt(mean(x^2) + eps)` per row (Zhang and Sennrich 2019, arXiv 1910.07467).
///
/// A work-group of [#GROUP] threads takes a row: thread t sums the columns t, t + GROUP, ..., so that neighbours read
/// neighbours, and a tree in local memory brings the partial sums together. A thread writes only columns that it has read itself,
/// so results may lie in the operands' places.
///
/// The derivative: with `g = dOut * weight`, each x_c has a part in its own output, `r g_c`, and in r for all. From
/// `dr/dx_c = -r^3 x_c / C` follows `dX_c = r g_c - r^3 x_c / C * sum_j(g_j x_j) = r (g_c - x_c r^2 mean(g x))`.
///
/// The real is eps. All but [#backwardWeight] run on rows * GROUP threads.
public final class RmsNorm {
  /// Threads of a work-group; a power of two, as the tree halves it.
  public static final int GROUP = 256;

  private RmsNorm() {}

  /// Integers: columns, offsets of x, weight, out and inverseRms.
  public static void forward(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int columns = ints.get(at);
    int from = ints.get(at + 1) + row * columns;
    int weight = ints.get(at + 2);
    int to = ints.get(at + 3) + row * columns;
    float sum = 0;
    for (int c = lane; c < columns; c += GROUP) {
      float value = memory.get(from + c);
      sum += value * value;
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    context.localBarrier();
    float r = 1 / TornadoMath.sqrt(sums[0] / columns + reals.get(realAt));
    for (int c = lane; c < columns; c += GROUP) {
      memory.set(to + c, memory.get(weight + c) * (memory.get(from + c) * r));
    }
    if (lane == 0) {
      memory.set(ints.get(at + 4) + row, r);
    }
  }

  /// `sum = x + delta` and [#forward] of it. Integers: columns, offsets of x, delta, weight, sum, out and inverseRms.
  ///
  /// A device can't know that what is written is not what is read next, so it waits for each read after a write: nothing is written
  /// before the sum of squares is there, and then four columns are read before they are written.
  public static void addForward(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int columns = ints.get(at);
    int base = row * columns;
    int from = ints.get(at + 1) + base;
    int delta = ints.get(at + 2) + base;
    int weight = ints.get(at + 3);
    int stream = ints.get(at + 4) + base;
    int to = ints.get(at + 5) + base;
    float squares0 = 0;
    float squares1 = 0;
    float squares2 = 0;
    float squares3 = 0;
    int c = lane;
    for (; c + 3 * GROUP < columns; c += 4 * GROUP) {
      float value0 = memory.get(from + c) + memory.get(delta + c);
      float value1 = memory.get(from + c + GROUP) + memory.get(delta + c + GROUP);
      float value2 = memory.get(from + c + 2 * GROUP) + memory.get(delta + c + 2 * GROUP);
      float value3 = memory.get(from + c + 3 * GROUP) + memory.get(delta + c + 3 * GROUP);
      squares0 += value0 * value0;
      squares1 += value1 * value1;
      squares2 += value2 * value2;
      squares3 += value3 * value3;
    }
    for (; c < columns; c += GROUP) {
      float value = memory.get(from + c) + memory.get(delta + c);
      squares0 += value * value;
    }
    sums[lane] = (squares0 + squares1) + (squares2 + squares3);
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    context.localBarrier();
    float r = 1 / TornadoMath.sqrt(sums[0] / columns + reals.get(realAt));
    c = lane;
    for (; c + 3 * GROUP < columns; c += 4 * GROUP) {
      float value0 = memory.get(from + c) + memory.get(delta + c);
      float value1 = memory.get(from + c + GROUP) + memory.get(delta + c + GROUP);
      float value2 = memory.get(from + c + 2 * GROUP) + memory.get(delta + c + 2 * GROUP);
      float value3 = memory.get(from + c + 3 * GROUP) + memory.get(delta + c + 3 * GROUP);
      float weight0 = memory.get(weight + c);
      float weight1 = memory.get(weight + c + GROUP);
      float weight2 = memory.get(weight + c + 2 * GROUP);
      float weight3 = memory.get(weight + c + 3 * GROUP);
      memory.set(stream + c, value0);
      memory.set(stream + c + GROUP, value1);
      memory.set(stream + c + 2 * GROUP, value2);
      memory.set(stream + c + 3 * GROUP, value3);
      memory.set(to + c, weight0 * (value0 * r));
      memory.set(to + c + GROUP, weight1 * (value1 * r));
      memory.set(to + c + 2 * GROUP, weight2 * (value2 * r));
      memory.set(to + c + 3 * GROUP, weight3 * (value3 * r));
    }
    for (; c < columns; c += GROUP) {
      float value = memory.get(from + c) + memory.get(delta + c);
      float scale = memory.get(weight + c);
      memory.set(stream + c, value);
      memory.set(to + c, scale * (value * r));
    }
    if (lane == 0) {
      memory.set(ints.get(at + 6) + row, r);
    }
  }

  /// `dX += r * (g - x * r^2 * mean(g * x))`. Integers: columns, offsets of dOut, x, weight, inverseRms and dX.
  public static void backwardInput(
      KernelContext context, int at, IntArray ints, FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int columns = ints.get(at);
    int fromOut = ints.get(at + 1) + row * columns;
    int fromX = ints.get(at + 2) + row * columns;
    int fromWeight = ints.get(at + 3);
    int to = ints.get(at + 5) + row * columns;
    float sum = 0;
    for (int c = lane; c < columns; c += GROUP) {
      sum += memory.get(fromOut + c) * memory.get(fromWeight + c) * memory.get(fromX + c);
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    context.localBarrier();
    float r = memory.get(ints.get(at + 4) + row);
    float common = r * r * (sums[0] / columns);
    for (int c = lane; c < columns; c += GROUP) {
      float g = memory.get(fromOut + c) * memory.get(fromWeight + c);
      memory.set(to + c, memory.get(to + c) + r * (g - memory.get(fromX + c) * common));
    }
  }

  /// `dWeight += sum over rows of dOut * x * r`. One thread a column, rows in order: the same bits each time. Integers: columns,
  /// rows, offsets of dOut, x, inverseRms and dWeight.
  public static void backwardWeight(
      KernelContext context, int at, IntArray ints, FloatArray memory) {
    int c = context.globalIdx;
    int columns = ints.get(at);
    int rows = ints.get(at + 1);
    if (c < columns) {
      float sum = 0;
      for (int row = 0; row < rows; row++) {
        int i = row * columns + c;
        sum +=
            memory.get(ints.get(at + 2) + i)
                * memory.get(ints.get(at + 3) + i)
                * memory.get(ints.get(at + 4) + row);
      }
      int to = ints.get(at + 5) + c;
      memory.set(to, memory.get(to) + sum);
    }
  }
}
