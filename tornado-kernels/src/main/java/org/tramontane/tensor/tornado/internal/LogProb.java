package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Log-softmax and gather over logits that exist in chunks of the vocabulary only: a matrix product fills a chunk, these kernels use
/// it up, and the next chunk takes its place.
///
/// Each row keeps a running maximum m and sum s (Milakov and Gimelshein 2018, arXiv 1805.02867): a chunk with maximum c moves m to
/// `m' = max(m, c)` and s to `s exp(m - m') + sum exp(logit - m')`. At the end, logSumExp is `m + log s`.
///
/// Integers are followed from [#LIST] on by the targets.
public final class LogProb {
  /// Threads of a work-group, which takes a row; a power of two.
  public static final int GROUP = 64;

  /// Where the targets begin.
  public static final int LIST = 8;

  private LogProb() {}

  /// Takes a chunk in. Integers: its width, its first word, 1 for the first chunk, 1 for the last, offsets of the logits, of logProb,
  /// of logSumExp and of s. Until the last chunk logProb holds the target's logit, and logSumExp m.
  public static void chunk(KernelContext context, int at, IntArray ints, FloatArray memory) {
    float[] reduced = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int width = ints.get(at);
    int from = ints.get(at + 4) + row * width;
    float largest = -3.0e38f;
    float denominator = 0;
    if (ints.get(at + 2) == 0) {
      largest = memory.get(ints.get(at + 6) + row);
      denominator = memory.get(ints.get(at + 7) + row);
    }
    float mine = -3.0e38f;
    for (int j = lane; j < width; j += GROUP) {
      mine = TornadoMath.max(mine, memory.get(from + j));
    }
    reduced[lane] = mine;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        reduced[lane] = TornadoMath.max(reduced[lane], reduced[lane + stride]);
      }
    }
    context.localBarrier();
    float larger = TornadoMath.max(largest, reduced[0]);
    context.localBarrier();
    float sum = 0;
    for (int j = lane; j < width; j += GROUP) {
      sum += TornadoMath.exp(memory.get(from + j) - larger);
    }
    reduced[lane] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (lane < stride) {
        reduced[lane] += reduced[lane + stride];
      }
    }
    context.localBarrier();
    if (lane == 0) {
      denominator = denominator * TornadoMath.exp(largest - larger) + reduced[0];
      int target = ints.get(at + LIST + row) - ints.get(at + 1);
      float logit = 0;
      if (ints.get(at + 2) == 0) {
        logit = memory.get(ints.get(at + 5) + row);
      }
      if (target >= 0 && target < width) {
        logit = memory.get(from + target);
      }
      float logSum = larger;
      if (ints.get(at + 3) != 0) {
        logSum = larger + TornadoMath.log(denominator);
        logit = logit - logSum;
      }
      memory.set(ints.get(at + 5) + row, logit);
      memory.set(ints.get(at + 6) + row, logSum);
      memory.set(ints.get(at + 7) + row, denominator);
    }
  }

  /// Turns a chunk of logits into their gradient, `g_i (onehot(target_i) - p_i)`, in place. One thread a word of a row. Integers: the
  /// chunk's width, its first word, offsets of the logits, of dLogProb and of logSumExp, rows.
  public static void gradient(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int width = ints.get(at);
    int row = context.globalIdx / width;
    int word = context.globalIdx % width;
    if (row < ints.get(at + 5)) {
      int i = ints.get(at + 2) + row * width + word;
      float p = TornadoMath.exp(memory.get(i) - memory.get(ints.get(at + 4) + row));
      float hot = 0;
      if (ints.get(at + LIST + row) - ints.get(at + 1) == word) {
        hot = 1;
      }
      memory.set(i, memory.get(ints.get(at + 3) + row) * (hot - p));
    }
  }
}
