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
/// In a work-group, LANES threads next to each other read one key, a column each, and leave their partial sums in local memory; then a
/// thread adds up those of one key. A barrier is needed after all keys, not after each, so many reads are under way at once. For the
/// values, neighbours read neighbouring columns of the same row.
///
/// Integers: query heads, query heads per key head, D, window (S at most), S, offsets of q, keys, values and out, offset of the
/// parts, how many parts there is room for, then for each row the number of its ring and its position. Reals: 1 / sqrt(D).
public final class DecodeAttention {
  /// Keys of a part, and threads of a work-group; a power of two.
  public static final int PART = 128;

  /// Where the lists begin.
  public static final int LIST = 11;

  /// Floats of a part beside its D sums: its largest score, and the sum of its weights.
  public static final int EXTRA = 2;

  /// Threads that read a key together.
  private static final int LANES = 16;

  /// Floats from one key's partial sums to the next's in local memory, so that threads with a key each are on different banks.
  private static final int PITCH = LANES + 1;

  private DecodeAttention() {}

  /// Keys that the query of `row` sees.
  private static int seen(IntArray ints, int at, int row) {
    return TornadoMath.min(ints.get(at + 3), ints.get(at + LIST + 2 * row + 1) + 1);
  }

  /// Parts that `keys` keys are cut into.
  public static int parts(int keys) {
    return (keys + PART - 1) / PART;
  }

  /// The part of each work-group. Runs on N * parts * PART threads times H; with one part, that is the result.
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
    int ringAt = ints.get(at + LIST + 2 * row) * ring;
    int seen = seen(ints, at, row);
    int first = ints.get(at + LIST + 2 * row + 1) + 1 - seen + part * PART;
    // Less than 1 where this row has fewer parts than there is room for: then there is nothing to
    // do, but barriers are passed.
    int here = TornadoMath.min(PART, seen - part * PART);
    int firstSlot = first % ring;
    int fromQuery = ints.get(at + 5) + (row * heads + head) * size;
    for (int d = lane; d < size; d += PART) {
      query[d] = memory.get(fromQuery + d) * reals.get(realAt);
    }
    context.localBarrier();
    int column = lane % LANES;
    int stride = keyHeads * size;
    for (int key = lane / LANES; key < here; key += PART / LANES) {
      int slot = firstSlot + key;
      if (slot >= ring) {
        slot -= ring;
      }
      int from = ints.get(at + 6) + (ringAt + slot) * stride + keyHead * size;
      float sum = 0;
      for (int d = column; d < size; d += LANES) {
        sum += query[d] * memory.get(from + d);
      }
      products[key * PITCH + column] = sum;
    }
    context.localBarrier();
    float score = Attention.UNSEEN;
    if (lane < here) {
      score = 0;
      for (int i = 0; i < LANES; i++) {
        score += products[lane * PITCH + i];
      }
    }
    reduced[lane] = score;
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
    weights[lane] = weight;
    context.localBarrier();
    reduced[lane] = weight;
    for (int half = PART / 2; half > 0; half >>= 1) {
      context.localBarrier();
      if (lane < half) {
        reduced[lane] += reduced[lane + half];
      }
    }
    context.localBarrier();
    float denominator = reduced[0];
    if (here > 0) {
      int to = ints.get(at + 8) + (row * heads + head) * size;
      float scale = 1 / denominator;
      if (parts > 1) {
        int own = ints.get(at + 9) + ((row * heads + head) * parts + part) * (size + EXTRA);
        if (lane == 0) {
          memory.set(own, largest);
          memory.set(own + 1, denominator);
        }
        to = own + EXTRA;
        scale = 1;
      }
      for (int d = lane; d < size; d += PART) {
        int from = ints.get(at + 7) + keyHead * size + d;
        float sum = 0;
        for (int key = 0; key < here; key++) {
          int slot = firstSlot + key;
          if (slot >= ring) {
            slot -= ring;
          }
          sum += weights[key] * memory.get(from + (ringAt + slot) * stride);
        }
        memory.set(to + d, sum * scale);
      }
    }
  }

  /// `sum_p exp(m_p - m) o_p / sum_p exp(m_p - m) s_p` over the parts p of a row and head, where m is the largest m_p. Runs on N * PART
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
    float largest = Attention.UNSEEN;
    for (int part = 0; part < parts; part++) {
      largest = TornadoMath.max(largest, memory.get(own + part * each));
    }
    float denominator = 0;
    for (int part = 0; part < parts; part++) {
      denominator +=
          TornadoMath.exp(memory.get(own + part * each) - largest)
              * memory.get(own + part * each + 1);
    }
    for (int d = lane; d < size; d += PART) {
      float sum = 0;
      for (int part = 0; part < parts; part++) {
        sum +=
            TornadoMath.exp(memory.get(own + part * each) - largest)
                * memory.get(own + part * each + EXTRA + d);
      }
      memory.set(ints.get(at + 8) + (row * heads + head) * size + d, sum / denominator);
    }
  }
}
