package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// The derivative of [Attention#forward] (Dao et al. 2022, arXiv 2205.14135, algorithm 4), without atomic additions.
///
/// With `p_ij = exp(s_ij - logSumExp_i)`, `dP_ij = dOut_i . v_j` and `delta_i = dOut_i . out_i` (which is `sum_j p_ij dP_ij`), the
/// score's gradient is `dS_ij = p_ij (dP_ij - delta_i)`. Then `dQ_i = sum_j dS_ij k_j / sqrt(D)`,
/// `dK_j = sum_i dS_ij q_i / sqrt(D)` and `dV_j = sum_i p_ij dOut_i`. Scores are computed again in each of the two passes: one takes a
/// query and visits its keys, the other takes a key and visits the queries of its group that see it, both in order.
public final class AttentionBackward {
  /// Threads of a work-group, and keys or queries of a block; a power of two.
  public static final int GROUP = 64;

  /// Where the lists begin.
  public static final int LIST = 12;

  private AttentionBackward() {}

  /// `delta` of each row and head, one thread each. Integers: rows * heads, D, offsets of dOut, out and delta.
  public static void deltas(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      int size = ints.get(at + 1);
      float sum = 0;
      for (int d = 0; d < size; d++) {
        sum +=
            memory.get(ints.get(at + 2) + i * size + d)
                * memory.get(ints.get(at + 3) + i * size + d);
      }
      memory.set(ints.get(at + 4) + i, sum);
    }
  }

  /// dQ. Runs on T * GROUP threads times H heads. Integers: query heads, query heads per key head, D, window, offsets of q, k, v, dOut,
  /// logSumExp, delta and dQ, nothing, then for each row the first row of its sequence. Reals: 1 / sqrt(D).
  public static void queries(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] query = context.allocateFloatLocalArray(Attention.LARGEST_HEAD);
    float[] upstream = context.allocateFloatLocalArray(Attention.LARGEST_HEAD);
    float[] scores = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int head = context.globalIdy;
    int lane = context.localIdx;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int seen = row - ints.get(at + LIST + row) + 1;
    if (seen > ints.get(at + 3)) {
      seen = ints.get(at + 3);
    }
    int first = row + 1 - seen;
    int own = row * heads + head;
    float scale = reals.get(realAt);
    float logSum = memory.get(ints.get(at + 8) + own);
    float mean = memory.get(ints.get(at + 9) + own);
    int to = ints.get(at + 10) + own * size;
    for (int d = lane; d < size; d += GROUP) {
      query[d] = memory.get(ints.get(at + 4) + own * size + d) * scale;
      upstream[d] = memory.get(ints.get(at + 7) + own * size + d);
      memory.set(to + d, 0.0f);
    }
    int blocks = (seen + GROUP - 1) / GROUP;
    for (int block = 0; block < blocks; block++) {
      context.localBarrier();
      int key = block * GROUP + lane;
      float gradient = 0;
      if (key < seen) {
        int from = ((first + key) * keyHeads + keyHead) * size;
        float score = 0;
        float dP = 0;
        for (int d = 0; d < size; d++) {
          score += query[d] * memory.get(ints.get(at + 5) + from + d);
          dP += upstream[d] * memory.get(ints.get(at + 6) + from + d);
        }
        gradient = TornadoMath.exp(score - logSum) * (dP - mean) * scale;
      }
      scores[lane] = gradient;
      context.localBarrier();
      int inBlock = seen - block * GROUP;
      if (inBlock > GROUP) {
        inBlock = GROUP;
      }
      int from = ints.get(at + 5) + ((first + block * GROUP) * keyHeads + keyHead) * size;
      for (int d = lane; d < size; d += GROUP) {
        float part = memory.get(to + d);
        for (int j = 0; j < inBlock; j++) {
          part += scores[j] * memory.get(from + j * keyHeads * size + d);
        }
        memory.set(to + d, part);
      }
    }
  }

  /// dK and dV. Runs on T * GROUP threads times K heads. Integers: query heads, query heads per key head, D, window, offsets of q, k, v,
  /// dOut, logSumExp, delta, dK and dV, then for each row the row after the last of its sequence. Reals: 1 / sqrt(D).
  public static void keysAndValues(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] key = context.allocateFloatLocalArray(Attention.LARGEST_HEAD);
    float[] value = context.allocateFloatLocalArray(Attention.LARGEST_HEAD);
    float[] weights = context.allocateFloatLocalArray(GROUP);
    float[] gradients = context.allocateFloatLocalArray(GROUP);
    int row = context.groupIdx;
    int keyHead = context.globalIdy;
    int lane = context.localIdx;
    int heads = ints.get(at);
    int group = ints.get(at + 1);
    int keyHeads = heads / group;
    int size = ints.get(at + 2);
    int seenBy = ints.get(at + LIST + row) - row;
    if (seenBy > ints.get(at + 3)) {
      seenBy = ints.get(at + 3);
    }
    int own = (row * keyHeads + keyHead) * size;
    float scale = reals.get(realAt);
    int toKey = ints.get(at + 10) + own;
    int toValue = ints.get(at + 11) + own;
    for (int d = lane; d < size; d += GROUP) {
      key[d] = memory.get(ints.get(at + 5) + own + d) * scale;
      value[d] = memory.get(ints.get(at + 6) + own + d);
      memory.set(toKey + d, 0.0f);
      memory.set(toValue + d, 0.0f);
    }
    int visits = seenBy * group;
    int blocks = (visits + GROUP - 1) / GROUP;
    for (int block = 0; block < blocks; block++) {
      context.localBarrier();
      int visit = block * GROUP + lane;
      float weight = 0;
      float gradient = 0;
      if (visit < visits) {
        int from = (row + visit / group) * heads + keyHead * group + visit % group;
        float score = 0;
        float dP = 0;
        for (int d = 0; d < size; d++) {
          score += key[d] * memory.get(ints.get(at + 4) + from * size + d);
          dP += value[d] * memory.get(ints.get(at + 7) + from * size + d);
        }
        weight = TornadoMath.exp(score - memory.get(ints.get(at + 8) + from));
        gradient = weight * (dP - memory.get(ints.get(at + 9) + from)) * scale;
      }
      weights[lane] = weight;
      gradients[lane] = gradient;
      context.localBarrier();
      int inBlock = visits - block * GROUP;
      if (inBlock > GROUP) {
        inBlock = GROUP;
      }
      for (int d = lane; d < size; d += GROUP) {
        float partKey = memory.get(toKey + d);
        float partValue = memory.get(toValue + d);
        for (int j = 0; j < inBlock; j++) {
          int other = block * GROUP + j;
          int from = ((row + other / group) * heads + keyHead * group + other % group) * size + d;
          partKey += gradients[j] * memory.get(ints.get(at + 4) + from);
          partValue += weights[j] * memory.get(ints.get(at + 7) + from);
        }
        memory.set(toKey + d, partKey);
        memory.set(toValue + d, partValue);
      }
    }
  }
}
