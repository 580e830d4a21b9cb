package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// [MatVec] for b in BF16 or F16, read two elements at a time: what decoding a model spends its time on.
///
/// It can't be faster than b is read, so it is built around that: a work-group computes [#ROWS] neighbouring elements of c, each thread
/// has a pair of elements of all ROWS rows of b under way at once, and neighbours read neighbouring ints, 128 bytes for 32 threads. An
/// element becomes a float with one look-up in local memory ([Powers]). The elements of a are read from the cache, once for ROWS rows.
///
/// Integers as [MatMul], but the last is where the format's [Powers] begin. Rows of b begin at
/// an even word, and K is even.
public final class MatVecPairs {
  /// Threads of a work-group; a power of two, as the tree halves it.
  public static final int GROUP = Integer.getInteger("tramontane.tornado.matvec.group", 128);

  /// Rows of b of a work-group.
  public static final int ROWS = 4;

  private MatVecPairs() {}

  /// Work-groups for n elements of a row of c.
  static long groups(int n) {
    return (n + ROWS - 1) / ROWS;
  }

  /// b in BF16. Runs on n / ROWS groups, rounded up, times m.
  public static void bf16ByPowers(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      IntArray b,
      FloatArray memory) {
    float[] scale = context.allocateFloatLocalArray(Powers.BF16);
    float[] sums = context.allocateFloatLocalArray(ROWS * GROUP);
    int lane = context.localIdx;
    int column = context.groupIdx * ROWS;
    int row = context.globalIdy;
    int n = ints.get(at + 1);
    int pairs = ints.get(at + 2) / 2;
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int powers = ints.get(at + 10);
    for (int i = lane; i < Powers.BF16; i += GROUP) {
      scale[i] = memory.get(powers + i);
    }
    context.localBarrier();
    int stride = ints.get(at + 8) / 2;
    int from0 = ints.get(at + 6) / 2 + column * stride;
    // Past the last row, the last one again: computed, and not stored.
    int from1 = from0;
    if (column + 1 < n) {
      from1 = from0 + stride;
    }
    int from2 = from1;
    if (column + 2 < n) {
      from2 = from1 + stride;
    }
    int from3 = from2;
    if (column + 3 < n) {
      from3 = from2 + stride;
    }
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int i = lane; i < pairs; i += GROUP) {
      float lower = memory.get(fromA + i + i);
      float upper = memory.get(fromA + i + i + 1);
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      int low0 = (pair0 << 16) >> 16;
      int high0 = pair0 >> 16;
      int power0 = low0 >> 7;
      sum0 += lower * (scale[power0 + 256] * (low0 - (power0 << 7) + 128));
      power0 = high0 >> 7;
      sum0 += upper * (scale[power0 + 256] * (high0 - (power0 << 7) + 128));
      int low1 = (pair1 << 16) >> 16;
      int high1 = pair1 >> 16;
      int power1 = low1 >> 7;
      sum1 += lower * (scale[power1 + 256] * (low1 - (power1 << 7) + 128));
      power1 = high1 >> 7;
      sum1 += upper * (scale[power1 + 256] * (high1 - (power1 << 7) + 128));
      int low2 = (pair2 << 16) >> 16;
      int high2 = pair2 >> 16;
      int power2 = low2 >> 7;
      sum2 += lower * (scale[power2 + 256] * (low2 - (power2 << 7) + 128));
      power2 = high2 >> 7;
      sum2 += upper * (scale[power2 + 256] * (high2 - (power2 << 7) + 128));
      int low3 = (pair3 << 16) >> 16;
      int high3 = pair3 >> 16;
      int power3 = low3 >> 7;
      sum3 += lower * (scale[power3 + 256] * (low3 - (power3 << 7) + 128));
      power3 = high3 >> 7;
      sum3 += upper * (scale[power3 + 256] * (high3 - (power3 << 7) + 128));
    }
    sums[lane] = sum0;
    sums[GROUP + lane] = sum1;
    sums[2 * GROUP + lane] = sum2;
    sums[3 * GROUP + lane] = sum3;
    for (int half = GROUP / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        sums[lane] += sums[lane + half];
        sums[GROUP + lane] += sums[GROUP + lane + half];
        sums[2 * GROUP + lane] += sums[2 * GROUP + lane + half];
        sums[3 * GROUP + lane] += sums[3 * GROUP + lane + half];
      }
    }
    context.localBarrier();
    if (lane < ROWS && column + lane < n) {
      int to = ints.get(at + 9) + row * n + column + lane;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sums[lane * GROUP] + before);
    }
  }

  /// b in F16. Runs on as many.
  public static void f16ByPowers(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      IntArray b,
      FloatArray memory) {
    float[] scale = context.allocateFloatLocalArray(2 * Powers.F16);
    float[] sums = context.allocateFloatLocalArray(ROWS * GROUP);
    int lane = context.localIdx;
    int column = context.groupIdx * ROWS;
    int row = context.globalIdy;
    int n = ints.get(at + 1);
    int pairs = ints.get(at + 2) / 2;
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int powers = ints.get(at + 10);
    for (int i = lane; i < 2 * Powers.F16; i += GROUP) {
      scale[i] = memory.get(powers + i);
    }
    context.localBarrier();
    int stride = ints.get(at + 8) / 2;
    int from0 = ints.get(at + 6) / 2 + column * stride;
    // Past the last row, the last one again: computed, and not stored.
    int from1 = from0;
    if (column + 1 < n) {
      from1 = from0 + stride;
    }
    int from2 = from1;
    if (column + 2 < n) {
      from2 = from1 + stride;
    }
    int from3 = from2;
    if (column + 3 < n) {
      from3 = from2 + stride;
    }
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int i = lane; i < pairs; i += GROUP) {
      float lower = memory.get(fromA + i + i);
      float upper = memory.get(fromA + i + i + 1);
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      int low0 = (pair0 << 16) >> 16;
      int high0 = pair0 >> 16;
      int power0 = low0 >> 10;
      sum0 += lower * (scale[power0 + 32] * (low0 - (power0 << 10)) + scale[power0 + 96]);
      power0 = high0 >> 10;
      sum0 += upper * (scale[power0 + 32] * (high0 - (power0 << 10)) + scale[power0 + 96]);
      int low1 = (pair1 << 16) >> 16;
      int high1 = pair1 >> 16;
      int power1 = low1 >> 10;
      sum1 += lower * (scale[power1 + 32] * (low1 - (power1 << 10)) + scale[power1 + 96]);
      power1 = high1 >> 10;
      sum1 += upper * (scale[power1 + 32] * (high1 - (power1 << 10)) + scale[power1 + 96]);
      int low2 = (pair2 << 16) >> 16;
      int high2 = pair2 >> 16;
      int power2 = low2 >> 10;
      sum2 += lower * (scale[power2 + 32] * (low2 - (power2 << 10)) + scale[power2 + 96]);
      power2 = high2 >> 10;
      sum2 += upper * (scale[power2 + 32] * (high2 - (power2 << 10)) + scale[power2 + 96]);
      int low3 = (pair3 << 16) >> 16;
      int high3 = pair3 >> 16;
      int power3 = low3 >> 10;
      sum3 += lower * (scale[power3 + 32] * (low3 - (power3 << 10)) + scale[power3 + 96]);
      power3 = high3 >> 10;
      sum3 += upper * (scale[power3 + 32] * (high3 - (power3 << 10)) + scale[power3 + 96]);
    }
    sums[lane] = sum0;
    sums[GROUP + lane] = sum1;
    sums[2 * GROUP + lane] = sum2;
    sums[3 * GROUP + lane] = sum3;
    for (int half = GROUP / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        sums[lane] += sums[lane + half];
        sums[GROUP + lane] += sums[GROUP + lane + half];
        sums[2 * GROUP + lane] += sums[2 * GROUP + lane + half];
        sums[3 * GROUP + lane] += sums[3 * GROUP + lane + half];
      }
    }
    context.localBarrier();
    if (lane < ROWS && column + lane < n) {
      int to = ints.get(at + 9) + row * n + column + lane;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sums[lane * GROUP] + before);
    }
  }

  /// b in BF16 on TornadoVM's CUDA backend, which has an instruction for it where others have a loop. Runs on as many; the
  /// integers are those of [MatMul].
  public static void bf16(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      IntArray b,
      FloatArray memory) {
    float[] sums = context.allocateFloatLocalArray(ROWS * GROUP);
    int lane = context.localIdx;
    int column = context.groupIdx * ROWS;
    int row = context.globalIdy;
    int n = ints.get(at + 1);
    int pairs = ints.get(at + 2) / 2;
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int stride = ints.get(at + 8) / 2;
    int from0 = ints.get(at + 6) / 2 + column * stride;
    // Past the last row, the last one again: computed, and not stored.
    int from1 = from0;
    if (column + 1 < n) {
      from1 = from0 + stride;
    }
    int from2 = from1;
    if (column + 2 < n) {
      from2 = from1 + stride;
    }
    int from3 = from2;
    if (column + 3 < n) {
      from3 = from2 + stride;
    }
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int i = lane; i < pairs; i += GROUP) {
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      float lower = memory.get(fromA + i + i);
      float upper = memory.get(fromA + i + i + 1);
      sum0 += lower * BFloat16.bf16ToFloat((short) pair0) + upper * BFloat16.bf16ToFloat((short) (pair0 >> 16));
      sum1 += lower * BFloat16.bf16ToFloat((short) pair1) + upper * BFloat16.bf16ToFloat((short) (pair1 >> 16));
      sum2 += lower * BFloat16.bf16ToFloat((short) pair2) + upper * BFloat16.bf16ToFloat((short) (pair2 >> 16));
      sum3 += lower * BFloat16.bf16ToFloat((short) pair3) + upper * BFloat16.bf16ToFloat((short) (pair3 >> 16));
    }
    sums[lane] = sum0;
    sums[GROUP + lane] = sum1;
    sums[2 * GROUP + lane] = sum2;
    sums[3 * GROUP + lane] = sum3;
    for (int half = GROUP / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        sums[lane] += sums[lane + half];
        sums[GROUP + lane] += sums[GROUP + lane + half];
        sums[2 * GROUP + lane] += sums[2 * GROUP + lane + half];
        sums[3 * GROUP + lane] += sums[3 * GROUP + lane + half];
      }
    }
    context.localBarrier();
    if (lane < ROWS && column + lane < n) {
      int to = ints.get(at + 9) + row * n + column + lane;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sums[lane * GROUP] + before);
    }
  }
}
