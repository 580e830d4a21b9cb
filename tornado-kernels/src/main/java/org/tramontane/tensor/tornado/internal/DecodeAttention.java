package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Attention of one new token for each of N sequences, each over its ring cache: position j is at slot `j mod S` of its ring.
///
/// One query has no tile to share keys with, so reading K and V once is all the work there is, and it takes many work-groups at a time
/// to read at a device's full rate. The keys are cut into parts of PART (Dao et al. 2023, "Flash-Decoding for long-context
/// inference"): a work-group takes one part of one head, and where there are several parts, [#merge] brings them together. Parts are
/// counted from the first key that the query sees, so what is added in which order depends on how many keys it sees alone.
///
/// In a work-group, LANES threads next to each other read two keys at a time, a column each, and leave their partial sums in local memory;
/// then a thread adds up those of one key. A barrier is needed after all keys, not after each, so many reads are under way at once. For
/// the values, neighbours read neighbouring columns of the same row; threads that are left over form further teams, each with keys of
/// its own, and what the teams have is added in their order.
///
/// Integers: query heads, query heads per key head, D, window (S at most), S, offsets of q, keys, values and out, offset of the
/// parts, how many parts there is room for, then for each row the number of its ring and its position. Reals: 1 / sqrt(D).
public final class DecodeAttention {
  /// Threads of a work-group; a power of two, and not less than [Attention#LARGEST_HEAD].
  public static final int GROUP = 256;

  /// Keys of a part; a power of two.
  public static final int PART = 64;

  /// Where the lists begin.
  public static final int LIST = 11;

  /// Floats of a part beside its D sums: its largest score, and the sum of its weights.
  public static final int EXTRA = 2;

  /// Threads that read a key together.
  private static final int LANES = 16;

  /// Floats from one key's partial sums to the next's in local memory, so that threads with a key each are on different banks.
  private static final int PITCH = LANES + 1;

  /// Values that a thread reads before it adds them.
  private static final int BATCH = 4;

  private DecodeAttention() {}

  /// Keys that the query of `row` sees.
  private static int seen(IntArray ints, int at, int row) {
    return TornadoMath.min(ints.get(at + 3), ints.get(at + LIST + 2 * row + 1) + 1);
  }

  /// Parts that `keys` keys are cut into.
  public static int parts(int keys) {
    return (keys + PART - 1) / PART;
  }

  /// The slot of the ring that is `steps` behind slot `first`, where `steps` is not more than the ring has.
  private static int slot(int first, int steps, int ring) {
    int slot = first + steps;
    if (slot >= ring) {
      slot -= ring;
    }
    return slot;
  }

  /// The part of each work-group. Runs on N * parts * GROUP threads times H; with one part, that is the result.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] query = context.allocateFloatLocalArray(Attention.LARGEST_HEAD);
    float[] products = context.allocateFloatLocalArray(PART * PITCH);
    float[] weights = context.allocateFloatLocalArray(PART);
    float[] reduced = context.allocateFloatLocalArray(PART);
    float[] teamSums = context.allocateFloatLocalArray(GROUP);
    int lane = context.localIdx;
    int head = context.globalIdy;
    int parts = ints.get(at + 10);
    int row = context.groupIdx / parts;
    int part = context.groupIdx % parts;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int ring = ints.get(at + 4);
    int seen = seen(ints, at, row);
    int first = ints.get(at + LIST + 2 * row + 1) + 1 - seen + part * PART;
    // Less than 1 where this row has fewer parts than there is room for: then there is nothing to
    // do, but barriers are passed.
    int here = TornadoMath.min(PART, seen - part * PART);
    int firstSlot = first % ring;
    int stride = keyHeads * size;
    int fromKeys =
        ints.get(at + 6) + ints.get(at + LIST + 2 * row) * ring * stride + keyHead * size;
    int fromValues =
        ints.get(at + 7) + ints.get(at + LIST + 2 * row) * ring * stride + keyHead * size;
    int fromQuery = ints.get(at + 5) + (row * heads + head) * size;
    if (lane < size) {
      query[lane] = memory.get(fromQuery + lane) * reals.get(realAt);
    }
    context.localBarrier();
    int column = lane % LANES;
    for (int key = lane / LANES; key < here; key += 2 * (GROUP / LANES)) {
      // Past the last key, the last one again: computed, and not used.
      int other = TornadoMath.min(key + GROUP / LANES, here - 1);
      int from = fromKeys + slot(firstSlot, key, ring) * stride;
      int fromOther = fromKeys + slot(firstSlot, other, ring) * stride;
      float sum = 0;
      float sumOther = 0;
      for (int d = column; d < size; d += LANES) {
        float element = query[d];
        sum += element * memory.get(from + d);
        sumOther += element * memory.get(fromOther + d);
      }
      products[key * PITCH + column] = sum;
      products[other * PITCH + column] = sumOther;
    }
    context.localBarrier();
    float score = Attention.UNSEEN;
    if (lane < here) {
      score = 0;
      for (int i = 0; i < LANES; i++) {
        score += products[lane * PITCH + i];
      }
    }
    if (lane < PART) {
      reduced[lane] = score;
    }
    for (int half = PART / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        reduced[lane] = TornadoMath.max(reduced[lane], reduced[lane + half]);
      }
    }
    context.localBarrier();
    float largest = reduced[0];
    float weight = 0;
    if (lane < here) {
      weight = TornadoMath.exp(score - largest);
    }
    if (lane < PART) {
      weights[lane] = weight;
    }
    context.localBarrier();
    if (lane < PART) {
      reduced[lane] = weight;
    }
    for (int half = PART / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        reduced[lane] += reduced[lane + half];
      }
    }
    context.localBarrier();
    float denominator = reduced[0];
    int teams = GROUP / size;
    int team = lane / size;
    int d = lane % size;
    int each = (PART + teams - 1) / teams;
    int end = TornadoMath.min(here, (team + 1) * each);
    if (team >= teams) {
      end = 0;
    }
    float sum = 0;
    int key = team * each;
    for (; key + BATCH <= end; key += BATCH) {
      float value0 = memory.get(fromValues + slot(firstSlot, key, ring) * stride + d);
      float value1 = memory.get(fromValues + slot(firstSlot, key + 1, ring) * stride + d);
      float value2 = memory.get(fromValues + slot(firstSlot, key + 2, ring) * stride + d);
      float value3 = memory.get(fromValues + slot(firstSlot, key + 3, ring) * stride + d);
      sum += weights[key] * value0;
      sum += weights[key + 1] * value1;
      sum += weights[key + 2] * value2;
      sum += weights[key + 3] * value3;
    }
    for (; key < end; key++) {
      sum += weights[key] * memory.get(fromValues + slot(firstSlot, key, ring) * stride + d);
    }
    teamSums[lane] = sum;
    context.localBarrier();
    if (lane < size && here > 0) {
      float all = 0;
      for (int i = 0; i < teams; i++) {
        all += teamSums[i * size + lane];
      }
      int to = ints.get(at + 8) + (row * heads + head) * size;
      float result = all / denominator;
      if (parts > 1) {
        int own = ints.get(at + 9) + ((row * heads + head) * parts + part) * (size + EXTRA);
        if (lane == 0) {
          memory.set(own, largest);
          memory.set(own + 1, denominator);
        }
        to = own + EXTRA;
        result = all; // merge divides, and with one part that sees keys by the same number
      }
      memory.set(to + lane, result);
    }
  }

  /// `sum_p exp(m_p - m) o_p / sum_p exp(m_p - m) s_p` over the parts p of a row and head, where m is the largest m_p. Runs on N * GROUP
  /// threads times H.
  public static void merge(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int lane = context.localIdx;
    int row = context.groupIdx;
    int head = context.globalIdy;
    int heads = ints.get(at);
    int size = ints.get(at + 2);
    int each = size + EXTRA;
    int parts = parts(seen(ints, at, row));
    int own = ints.get(at + 9) + (row * heads + head) * ints.get(at + 10) * each;
    if (lane < size) {
      float largest = Attention.UNSEEN;
      for (int part = 0; part < parts; part++) {
        largest = TornadoMath.max(largest, memory.get(own + part * each));
      }
      float denominator = 0;
      float sum = 0;
      for (int part = 0; part < parts; part++) {
        float factor = TornadoMath.exp(memory.get(own + part * each) - largest);
        denominator += factor * memory.get(own + part * each + 1);
        sum += factor * memory.get(own + part * each + EXTRA + lane);
      }
      memory.set(ints.get(at + 8) + (row * heads + head) * size + lane, sum / denominator);
    }
  }
}
