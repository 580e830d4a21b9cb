package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Causal grouped-query attention: in a packed batch, and of one new token over its ring cache.
///
/// A work-group of [#GROUP] threads takes one query row of one head and visits its keys in blocks of GROUP with a running maximum m
/// and sum s (Milakov and Gimelshein 2018, arXiv 1805.02867; Dao et al. 2022, arXiv 2205.14135). For each block, a thread computes the
/// score of one key; the block's maximum moves m to m'; what was summed so far is multiplied by `exp(m - m')`; then a thread takes
/// every GROUP-th column of the value rows. Scores live in local memory, GROUP at a time: no T x T matrix, and no limit on T.
public final class Attention {
  /// Threads of a work-group, and keys of a block; a power of two.
  public static final int GROUP = 64;

  /// The largest head size that local memory is set aside for.
  public static final int LARGEST_HEAD = 256;

  /// Where the first key of each row begins.
  public static final int LIST = 9;

  private Attention() {}

  /// Runs on T * GROUP threads times H heads. Integers: query heads, query heads per key head, D, window, offsets of q, k, v, out and
  /// logSumExp, then for each row the first row of its sequence. Reals: 1 / sqrt(D).
  public static void forward(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] query = context.allocateFloatLocalArray(LARGEST_HEAD);
    float[] sum = context.allocateFloatLocalArray(LARGEST_HEAD);
    float[] scores = context.allocateFloatLocalArray(GROUP);
    float[] reduced = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int head = context.globalIdy;
    int lane = context.localIdx;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int first = ints.get(at + LIST + row);
    int seen = row - first + 1;
    if (seen > ints.get(at + 3)) {
      seen = ints.get(at + 3);
    }
    first = row + 1 - seen;
    int fromQuery = ints.get(at + 4) + (row * heads + head) * size;
    for (int d = lane; d < size; d += GROUP) {
      query[d] = memory.get(fromQuery + d) * reals.get(realAt);
      sum[d] = 0;
    }
    float largest = -3.0e38f;
    float denominator = 0;
    int blocks = (seen + GROUP - 1) / GROUP;
    for (int block = 0; block < blocks; block++) {
      context.localBarrier();
      int key = block * GROUP + lane;
      float score = -3.0e38f;
      if (key < seen) {
        int from = ints.get(at + 5) + ((first + key) * keyHeads + keyHead) * size;
        score = 0;
        for (int d = 0; d < size; d++) {
          score += query[d] * memory.get(from + d);
        }
      }
      reduced[lane] = score;
      for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
        context.localBarrier();
        if (lane < stride) {
          reduced[lane] = TornadoMath.max(reduced[lane], reduced[lane + stride]);
        }
      }
      context.localBarrier();
      float larger = TornadoMath.max(largest, reduced[0]);
      float shrink = TornadoMath.exp(largest - larger);
      float weight = 0;
      if (key < seen) {
        weight = TornadoMath.exp(score - larger);
      }
      context.localBarrier();
      scores[lane] = weight;
      reduced[lane] = weight;
      for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
        context.localBarrier();
        if (lane < stride) {
          reduced[lane] += reduced[lane + stride];
        }
      }
      context.localBarrier();
      denominator = denominator * shrink + reduced[0];
      largest = larger;
      int inBlock = seen - block * GROUP;
      if (inBlock > GROUP) {
        inBlock = GROUP;
      }
      int from = ints.get(at + 6) + ((first + block * GROUP) * keyHeads + keyHead) * size;
      for (int d = lane; d < size; d += GROUP) {
        float part = sum[d] * shrink;
        for (int j = 0; j < inBlock; j++) {
          part += scores[j] * memory.get(from + j * keyHeads * size + d);
        }
        sum[d] = part;
      }
    }
    int to = ints.get(at + 7) + (row * heads + head) * size;
    for (int d = lane; d < size; d += GROUP) {
      memory.set(to + d, sum[d] / denominator);
    }
    if (lane == 0) {
      memory.set(ints.get(at + 8) + row * heads + head, largest + TornadoMath.log(denominator));
    }
  }

  /// One new token for each of N sequences: position j of a sequence is at slot `j mod S` of its ring. Runs on N * GROUP threads times
  /// H heads. Integers: query heads, query heads per key head, D, window (S at most), S, offsets of q, keys, values and out, then from
  /// [#LIST] on for each row the number of its ring and its position. Reals: 1 / sqrt(D).
  public static void decode(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] query = context.allocateFloatLocalArray(LARGEST_HEAD);
    float[] sum = context.allocateFloatLocalArray(LARGEST_HEAD);
    float[] scores = context.allocateFloatLocalArray(GROUP);
    float[] reduced = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int head = context.globalIdy;
    int lane = context.localIdx;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int ring = ints.get(at + 4);
    int ringAt = ints.get(at + LIST + 2 * row) * ring;
    int position = ints.get(at + LIST + 2 * row + 1);
    int seen = ints.get(at + 3);
    if (position < seen) {
      seen = position + 1;
    }
    int first = position - seen + 1;
    int fromQuery = ints.get(at + 5) + (row * heads + head) * size;
    for (int d = lane; d < size; d += GROUP) {
      query[d] = memory.get(fromQuery + d) * reals.get(realAt);
      sum[d] = 0;
    }
    float largest = -3.0e38f;
    float denominator = 0;
    int blocks = (seen + GROUP - 1) / GROUP;
    for (int block = 0; block < blocks; block++) {
      context.localBarrier();
      int key = block * GROUP + lane;
      float score = -3.0e38f;
      if (key < seen) {
        int slot = ringAt + (first + key) % ring;
        int from = ints.get(at + 6) + (slot * keyHeads + keyHead) * size;
        score = 0;
        for (int d = 0; d < size; d++) {
          score += query[d] * memory.get(from + d);
        }
      }
      reduced[lane] = score;
      for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
        context.localBarrier();
        if (lane < stride) {
          reduced[lane] = TornadoMath.max(reduced[lane], reduced[lane + stride]);
        }
      }
      context.localBarrier();
      float larger = TornadoMath.max(largest, reduced[0]);
      float shrink = TornadoMath.exp(largest - larger);
      float weight = 0;
      if (key < seen) {
        weight = TornadoMath.exp(score - larger);
      }
      context.localBarrier();
      scores[lane] = weight;
      reduced[lane] = weight;
      for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
        context.localBarrier();
        if (lane < stride) {
          reduced[lane] += reduced[lane + stride];
        }
      }
      context.localBarrier();
      denominator = denominator * shrink + reduced[0];
      largest = larger;
      int inBlock = seen - block * GROUP;
      if (inBlock > GROUP) {
        inBlock = GROUP;
      }
      for (int d = lane; d < size; d += GROUP) {
        float part = sum[d] * shrink;
        for (int j = 0; j < inBlock; j++) {
          int slot = ringAt + (first + block * GROUP + j) % ring;
          part += scores[j] * memory.get(ints.get(at + 7) + (slot * keyHeads + keyHead) * size + d);
        }
        sum[d] = part;
      }
    }
    int to = ints.get(at + 8) + (row * heads + head) * size;
    for (int d = lane; d < size; d += GROUP) {
      memory.set(to + d, sum[d] / denominator);
    }
  }
}
