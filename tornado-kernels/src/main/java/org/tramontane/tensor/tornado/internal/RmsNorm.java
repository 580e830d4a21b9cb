package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/// `out = weight * x * r`, with `r = 1 / sqrt(mean(x^2) + eps)` per row (Zhang and Sennrich 2019, arXiv 1910.07467).
///
/// A work-group of [#GROUP] threads takes a row: thread t sums the columns t, t + GROUP, ..., so that neighbours read
/// neighbours, and a tree in local memory brings the partial sums together.
///
/// The derivative: with `g = dOut * weight`, each x_c has a part in its own output, `r g_c`, and in r for all. From
/// `dr/dx_c = -r^3 x_c / C` follows `dX_c = r g_c - r^3 x_c / C * sum_j(g_j x_j) = r (g_c - x_c r^2 mean(g x))`.
public final class RmsNorm {
  /// Threads of a work-group; a power of two, as the tree halves it.
  public static final int GROUP = 64;

  private RmsNorm() {}

  /// Runs on `rows * GROUP` threads in work-groups of [#GROUP].
  public static void forward(
      KernelContext context,
      FloatArray x,
      FloatArray weight,
      float eps,
      FloatArray out,
      FloatArray inverseRms,
      int columns) {
    int row = context.groupIdx;
    int lane = context.localIdx;
    int base = row * columns;
    float[] sums = context.allocateFloatLocalArray(GROUP);
    float sum = 0;
    for (int c = lane; c < columns; c += GROUP) {
      float value = x.get(base + c);
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
    float r = 1 / TornadoMath.sqrt(sums[0] / columns + eps);
    for (int c = lane; c < columns; c += GROUP) {
      out.set(base + c, weight.get(c) * (x.get(base + c) * r));
    }
    if (lane == 0) {
      inverseRms.set(row, r);
    }
  }

  /// `dX += r * (g - x * r^2 * mean(g * x))`. Runs on `rows * GROUP` threads in work-groups of [#GROUP].
  public static void backwardInput(
      KernelContext context,
      FloatArray dOut,
      FloatArray x,
      FloatArray weight,
      FloatArray inverseRms,
      FloatArray dX,
      int columns) {
    int row = context.groupIdx;
    int lane = context.localIdx;
    int base = row * columns;
    float[] sums = context.allocateFloatLocalArray(GROUP);
    float sum = 0;
    for (int c = lane; c < columns; c += GROUP) {
      sum += dOut.get(base + c) * weight.get(c) * x.get(base + c);
    }
    sums[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        sums[lane] += sums[lane + stride];
      }
    }
    context.localBarrier();
    float r = inverseRms.get(row);
    float common = r * r * (sums[0] / columns);
    for (int c = lane; c < columns; c += GROUP) {
      float g = dOut.get(base + c) * weight.get(c);
      dX.set(base + c, dX.get(base + c) + r * (g - x.get(base + c) * common));
    }
  }

  /// `dWeight += sum over rows of dOut * x * r`. One thread a column, rows in order: the same bits each time.
  public static void backwardWeight(
      FloatArray dOut, FloatArray x, FloatArray inverseRms, FloatArray dWeight, int rows) {
    for (@Parallel int c = 0; c < dWeight.getSize(); c++) {
      float sum = 0;
      for (int row = 0; row < rows; row++) {
        int i = row * dWeight.getSize() + c;
        sum += dOut.get(i) * x.get(i) * inverseRms.get(row);
      }
      dWeight.set(c, dWeight.get(c) + sum);
    }
  }
}
