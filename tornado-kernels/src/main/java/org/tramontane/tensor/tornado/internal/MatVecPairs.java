package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// [MatVec] for b in BF16 or F16, read two elements at a time: what decoding a model spends its time on.
///
/// It can't be faster than b is read, so it is built around that: a work-group computes [#ROWS] neighbouring elements of c, each thread
/// has two pairs of elements of all ROWS rows of b under way at once, and neighbours read neighbouring ints, 128 bytes for 32 threads. An
/// element becomes a float with one look-up in local memory ([Powers]). The elements of a are read from the cache, once for ROWS rows.
///
/// Integers as [MatMul], but the last is where the format's [Powers] begin. Rows of b begin at
/// an even word, and K is even.
public final class MatVecPairs {
  /// Threads of a work-group; a power of two, as the tree halves it.
  public static final int GROUP = 128;

  /// Rows of b of a work-group.
  public static final int ROWS = 4;

  private MatVecPairs() {}

  /// Work-groups for n elements of a row of c.
  static long groups(int n) {
    return (n + ROWS - 1L) / ROWS;
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
    int i = lane;
    for (; i + GROUP < pairs; i += 2 * GROUP) {
      int pair0a = b.get(from0 + i);
      int pair1a = b.get(from1 + i);
      int pair2a = b.get(from2 + i);
      int pair3a = b.get(from3 + i);
      int pair0b = b.get(from0 + i + GROUP);
      int pair1b = b.get(from1 + i + GROUP);
      int pair2b = b.get(from2 + i + GROUP);
      int pair3b = b.get(from3 + i + GROUP);
      float lowera = memory.get(fromA + 2 * i);
      float uppera = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lowera * (scale[(pair0a >> 7) & 511] * ((pair0a & 127) + 128))
              + uppera * (scale[(pair0a >> 23) & 511] * ((pair0a >> 16 & 127) + 128));
      sum1 +=
          lowera * (scale[(pair1a >> 7) & 511] * ((pair1a & 127) + 128))
              + uppera * (scale[(pair1a >> 23) & 511] * ((pair1a >> 16 & 127) + 128));
      sum2 +=
          lowera * (scale[(pair2a >> 7) & 511] * ((pair2a & 127) + 128))
              + uppera * (scale[(pair2a >> 23) & 511] * ((pair2a >> 16 & 127) + 128));
      sum3 +=
          lowera * (scale[(pair3a >> 7) & 511] * ((pair3a & 127) + 128))
              + uppera * (scale[(pair3a >> 23) & 511] * ((pair3a >> 16 & 127) + 128));
      float lowerb = memory.get(fromA + 2 * i + 2 * GROUP);
      float upperb = memory.get(fromA + 2 * i + 2 * GROUP + 1);
      sum0 +=
          lowerb * (scale[(pair0b >> 7) & 511] * ((pair0b & 127) + 128))
              + upperb * (scale[(pair0b >> 23) & 511] * ((pair0b >> 16 & 127) + 128));
      sum1 +=
          lowerb * (scale[(pair1b >> 7) & 511] * ((pair1b & 127) + 128))
              + upperb * (scale[(pair1b >> 23) & 511] * ((pair1b >> 16 & 127) + 128));
      sum2 +=
          lowerb * (scale[(pair2b >> 7) & 511] * ((pair2b & 127) + 128))
              + upperb * (scale[(pair2b >> 23) & 511] * ((pair2b >> 16 & 127) + 128));
      sum3 +=
          lowerb * (scale[(pair3b >> 7) & 511] * ((pair3b & 127) + 128))
              + upperb * (scale[(pair3b >> 23) & 511] * ((pair3b >> 16 & 127) + 128));
    }
    for (; i < pairs; i += GROUP) {
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      float lower = memory.get(fromA + 2 * i);
      float upper = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lower * (scale[(pair0 >> 7) & 511] * ((pair0 & 127) + 128))
              + upper * (scale[(pair0 >> 23) & 511] * ((pair0 >> 16 & 127) + 128));
      sum1 +=
          lower * (scale[(pair1 >> 7) & 511] * ((pair1 & 127) + 128))
              + upper * (scale[(pair1 >> 23) & 511] * ((pair1 >> 16 & 127) + 128));
      sum2 +=
          lower * (scale[(pair2 >> 7) & 511] * ((pair2 & 127) + 128))
              + upper * (scale[(pair2 >> 23) & 511] * ((pair2 >> 16 & 127) + 128));
      sum3 +=
          lower * (scale[(pair3 >> 7) & 511] * ((pair3 & 127) + 128))
              + upper * (scale[(pair3 >> 23) & 511] * ((pair3 >> 16 & 127) + 128));
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
    int i = lane;
    for (; i + GROUP < pairs; i += 2 * GROUP) {
      int pair0a = b.get(from0 + i);
      int pair1a = b.get(from1 + i);
      int pair2a = b.get(from2 + i);
      int pair3a = b.get(from3 + i);
      int pair0b = b.get(from0 + i + GROUP);
      int pair1b = b.get(from1 + i + GROUP);
      int pair2b = b.get(from2 + i + GROUP);
      int pair3b = b.get(from3 + i + GROUP);
      float lowera = memory.get(fromA + 2 * i);
      float uppera = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lowera
                  * (scale[(pair0a >> 10) & 63] * (pair0a & 1023)
                      + scale[((pair0a >> 10) & 63) + 64])
              + uppera
                  * (scale[(pair0a >> 26) & 63] * (pair0a >> 16 & 1023)
                      + scale[((pair0a >> 26) & 63) + 64]);
      sum1 +=
          lowera
                  * (scale[(pair1a >> 10) & 63] * (pair1a & 1023)
                      + scale[((pair1a >> 10) & 63) + 64])
              + uppera
                  * (scale[(pair1a >> 26) & 63] * (pair1a >> 16 & 1023)
                      + scale[((pair1a >> 26) & 63) + 64]);
      sum2 +=
          lowera
                  * (scale[(pair2a >> 10) & 63] * (pair2a & 1023)
                      + scale[((pair2a >> 10) & 63) + 64])
              + uppera
                  * (scale[(pair2a >> 26) & 63] * (pair2a >> 16 & 1023)
                      + scale[((pair2a >> 26) & 63) + 64]);
      sum3 +=
          lowera
                  * (scale[(pair3a >> 10) & 63] * (pair3a & 1023)
                      + scale[((pair3a >> 10) & 63) + 64])
              + uppera
                  * (scale[(pair3a >> 26) & 63] * (pair3a >> 16 & 1023)
                      + scale[((pair3a >> 26) & 63) + 64]);
      float lowerb = memory.get(fromA + 2 * i + 2 * GROUP);
      float upperb = memory.get(fromA + 2 * i + 2 * GROUP + 1);
      sum0 +=
          lowerb
                  * (scale[(pair0b >> 10) & 63] * (pair0b & 1023)
                      + scale[((pair0b >> 10) & 63) + 64])
              + upperb
                  * (scale[(pair0b >> 26) & 63] * (pair0b >> 16 & 1023)
                      + scale[((pair0b >> 26) & 63) + 64]);
      sum1 +=
          lowerb
                  * (scale[(pair1b >> 10) & 63] * (pair1b & 1023)
                      + scale[((pair1b >> 10) & 63) + 64])
              + upperb
                  * (scale[(pair1b >> 26) & 63] * (pair1b >> 16 & 1023)
                      + scale[((pair1b >> 26) & 63) + 64]);
      sum2 +=
          lowerb
                  * (scale[(pair2b >> 10) & 63] * (pair2b & 1023)
                      + scale[((pair2b >> 10) & 63) + 64])
              + upperb
                  * (scale[(pair2b >> 26) & 63] * (pair2b >> 16 & 1023)
                      + scale[((pair2b >> 26) & 63) + 64]);
      sum3 +=
          lowerb
                  * (scale[(pair3b >> 10) & 63] * (pair3b & 1023)
                      + scale[((pair3b >> 10) & 63) + 64])
              + upperb
                  * (scale[(pair3b >> 26) & 63] * (pair3b >> 16 & 1023)
                      + scale[((pair3b >> 26) & 63) + 64]);
    }
    for (; i < pairs; i += GROUP) {
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      float lower = memory.get(fromA + 2 * i);
      float upper = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lower * (scale[(pair0 >> 10) & 63] * (pair0 & 1023) + scale[((pair0 >> 10) & 63) + 64])
              + upper
                  * (scale[(pair0 >> 26) & 63] * (pair0 >> 16 & 1023)
                      + scale[((pair0 >> 26) & 63) + 64]);
      sum1 +=
          lower * (scale[(pair1 >> 10) & 63] * (pair1 & 1023) + scale[((pair1 >> 10) & 63) + 64])
              + upper
                  * (scale[(pair1 >> 26) & 63] * (pair1 >> 16 & 1023)
                      + scale[((pair1 >> 26) & 63) + 64]);
      sum2 +=
          lower * (scale[(pair2 >> 10) & 63] * (pair2 & 1023) + scale[((pair2 >> 10) & 63) + 64])
              + upper
                  * (scale[(pair2 >> 26) & 63] * (pair2 >> 16 & 1023)
                      + scale[((pair2 >> 26) & 63) + 64]);
      sum3 +=
          lower * (scale[(pair3 >> 10) & 63] * (pair3 & 1023) + scale[((pair3 >> 10) & 63) + 64])
              + upper
                  * (scale[(pair3 >> 26) & 63] * (pair3 >> 16 & 1023)
                      + scale[((pair3 >> 26) & 63) + 64]);
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

  /// b in BF16 on TornadoVM's CUDA backend, which has an instruction for it where others have a loop. Runs on as many; the integers
  /// are those of [MatMul].
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
    int i = lane;
    for (; i + GROUP < pairs; i += 2 * GROUP) {
      int pair0a = b.get(from0 + i);
      int pair1a = b.get(from1 + i);
      int pair2a = b.get(from2 + i);
      int pair3a = b.get(from3 + i);
      int pair0b = b.get(from0 + i + GROUP);
      int pair1b = b.get(from1 + i + GROUP);
      int pair2b = b.get(from2 + i + GROUP);
      int pair3b = b.get(from3 + i + GROUP);
      float lowera = memory.get(fromA + 2 * i);
      float uppera = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lowera * BFloat16.bf16ToFloat((short) pair0a)
              + uppera * BFloat16.bf16ToFloat((short) (pair0a >> 16));
      sum1 +=
          lowera * BFloat16.bf16ToFloat((short) pair1a)
              + uppera * BFloat16.bf16ToFloat((short) (pair1a >> 16));
      sum2 +=
          lowera * BFloat16.bf16ToFloat((short) pair2a)
              + uppera * BFloat16.bf16ToFloat((short) (pair2a >> 16));
      sum3 +=
          lowera * BFloat16.bf16ToFloat((short) pair3a)
              + uppera * BFloat16.bf16ToFloat((short) (pair3a >> 16));
      float lowerb = memory.get(fromA + 2 * i + 2 * GROUP);
      float upperb = memory.get(fromA + 2 * i + 2 * GROUP + 1);
      sum0 +=
          lowerb * BFloat16.bf16ToFloat((short) pair0b)
              + upperb * BFloat16.bf16ToFloat((short) (pair0b >> 16));
      sum1 +=
          lowerb * BFloat16.bf16ToFloat((short) pair1b)
              + upperb * BFloat16.bf16ToFloat((short) (pair1b >> 16));
      sum2 +=
          lowerb * BFloat16.bf16ToFloat((short) pair2b)
              + upperb * BFloat16.bf16ToFloat((short) (pair2b >> 16));
      sum3 +=
          lowerb * BFloat16.bf16ToFloat((short) pair3b)
              + upperb * BFloat16.bf16ToFloat((short) (pair3b >> 16));
    }
    for (; i < pairs; i += GROUP) {
      int pair0 = b.get(from0 + i);
      int pair1 = b.get(from1 + i);
      int pair2 = b.get(from2 + i);
      int pair3 = b.get(from3 + i);
      float lower = memory.get(fromA + 2 * i);
      float upper = memory.get(fromA + 2 * i + 1);
      sum0 +=
          lower * BFloat16.bf16ToFloat((short) pair0)
              + upper * BFloat16.bf16ToFloat((short) (pair0 >> 16));
      sum1 +=
          lower * BFloat16.bf16ToFloat((short) pair1)
              + upper * BFloat16.bf16ToFloat((short) (pair1 >> 16));
      sum2 +=
          lower * BFloat16.bf16ToFloat((short) pair2)
              + upper * BFloat16.bf16ToFloat((short) (pair2 >> 16));
      sum3 +=
          lower * BFloat16.bf16ToFloat((short) pair3)
              + upper * BFloat16.bf16ToFloat((short) (pair3 >> 16));
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
