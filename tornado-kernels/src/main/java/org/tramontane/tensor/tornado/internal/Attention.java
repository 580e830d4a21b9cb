package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Causal grouped-query attention in a packed batch, in tiles (Dao et al. 2022, arXiv 2205.14135, algorithm 1, with the loop over
/// queries outside as in Dao 2023, arXiv 2307.08691).
///
/// A work-group of EDGE x EDGE threads takes TILE query rows of one head and visits the keys that any of them sees, TILE at a time.
/// First row to last row, what a row sees begins no earlier and ends one later; so these keys are one range, from the first key of
/// the first row to the last row, and each of them is seen by some row. Sequences may begin and end inside a tile: which key a row
/// sees is asked per score. For each block of keys:
///
/// 1. scores S = Q K^T, 4 x 4 a thread as in [MatMulBlocks], D in steps of DEPTH through local memory;
/// 2. four threads per row move the row's running maximum from m to m' and turn scores to weights `exp(s - m')`, in local memory
///    (Milakov and Gimelshein 2018, arXiv 1805.02867);
/// 3. what was summed so far is multiplied by `exp(m - m')`, and the weights times V added: 4 rows x 8 columns a thread, in
///    registers, DEPTH rows of V at a time through local memory.
///
/// K and V are read once per TILE query rows, neighbours next to each other, so for D = 128 a work-group does 16 multiplications
/// per float that it reads from global memory (Q, which it reads again for each block, included). Its local memory is 37 KiB.
/// Heads of more than COLUMNS take a work-group per COLUMNS of the result, each with the scores anew.
///
/// Rows are taken from the last to the first, as the last see most and should not be what a device waits for in the end.
public final class Attention {
  /// Query rows of a work-group, and keys of a block.
  public static final int TILE = 64;

  /// Edge of a work-group.
  public static final int EDGE = 16;

  /// Columns of the result that a work-group computes.
  public static final int COLUMNS = 128;

  /// The largest head size.
  public static final int LARGEST_HEAD = 256;

  /// Where the first row of each row's sequence begins.
  public static final int LIST = 10;

  /// The score of a key that a row doesn't see, and a maximum of none.
  static final float UNSEEN = -3.0e38f;

  /// Columns of Q and K, or rows of V, in local memory at a time.
  private static final int DEPTH = 16;

  /// Floats from one column of Q or K to the next in local memory.
  private static final int PITCH = TILE + 2;

  /// Floats from one row of V to the next in local memory: two rows of threads on different banks.
  private static final int PITCH_V = COLUMNS + EDGE;

  /// Floats from one row of scores to the next in local memory.
  private static final int PITCH_S = TILE + 1;

  /// Threads that share the maximum and the sum of a row.
  private static final int SHARE = EDGE * EDGE / TILE;

  private Attention() {}

  /// The first key that `row` sees; the one behind it if there is no such row.
  static int firstKey(IntArray ints, int at, int row, int rows) {
    int first = row + 1;
    if (row < rows) {
      first = TornadoMath.max(ints.get(at + LIST + row), row + 1 - ints.get(at + 3));
    }
    return first;
  }

  private static float ifSeen(int key, int first, int row, float score) {
    float seen = UNSEEN;
    if (key >= first && key <= row) {
      seen = score;
    }
    return seen;
  }

  private static void store(
      FloatArray memory, int to, int column, int size, boolean exists, float value) {
    if (exists && column < size) {
      memory.set(to + column, value);
    }
  }

  /// Runs on groups(T, D) * EDGE threads times H * EDGE. Integers: query heads, query heads per key head, D, window, offsets of q, k, v,
  /// out and logSumExp, T, then for each row the first row of its sequence. Reals: 1 / sqrt(D).
  public static void forward(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileQ = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] tileK = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] tileV = context.allocateFloatLocalArray(DEPTH * PITCH_V);
    float[] scores = context.allocateFloatLocalArray(TILE * PITCH_S);
    float[] maxima = context.allocateFloatLocalArray(TILE * SHARE);
    float[] sums = context.allocateFloatLocalArray(TILE * SHARE);
    float[] factors = context.allocateFloatLocalArray(TILE);
    int x = context.localIdx;
    int y = context.localIdy;
    int head = context.groupIdy;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int rows = ints.get(at + 9);
    int parts = (size + COLUMNS - 1) / COLUMNS;
    int tiles = (rows + TILE - 1) / TILE;
    int tile = tiles - 1 - context.groupIdx / parts;
    int part = context.groupIdx % parts;
    int firstColumn = part * COLUMNS;
    int past = TornadoMath.min(rows, (tile + 1) * TILE);
    int row = tile * TILE + y;
    int first0 = firstKey(ints, at, row, rows);
    int first1 = firstKey(ints, at, row + EDGE, rows);
    int first2 = firstKey(ints, at, row + 2 * EDGE, rows);
    int first3 = firstKey(ints, at, row + 3 * EDGE, rows);
    int fromQ = ints.get(at + 4) + head * size;
    int fromK = ints.get(at + 5) + keyHead * size;
    int fromV = ints.get(at + 6) + keyHead * size;
    int strideQ = heads * size;
    int strideK = keyHeads * size;
    // This thread's row of the softmax, and its share of the keys there.
    int line = y * SHARE + x / SHARE;
    int share = x % SHARE;
    int ownScores = line * PITCH_S + share * EDGE;
    float largest = UNSEEN;
    float denominator = 0;
    float o00 = 0;
    float o01 = 0;
    float o02 = 0;
    float o03 = 0;
    float o04 = 0;
    float o05 = 0;
    float o06 = 0;
    float o07 = 0;
    float o10 = 0;
    float o11 = 0;
    float o12 = 0;
    float o13 = 0;
    float o14 = 0;
    float o15 = 0;
    float o16 = 0;
    float o17 = 0;
    float o20 = 0;
    float o21 = 0;
    float o22 = 0;
    float o23 = 0;
    float o24 = 0;
    float o25 = 0;
    float o26 = 0;
    float o27 = 0;
    float o30 = 0;
    float o31 = 0;
    float o32 = 0;
    float o33 = 0;
    float o34 = 0;
    float o35 = 0;
    float o36 = 0;
    float o37 = 0;
    for (int from = firstKey(ints, at, tile * TILE, rows); from < past; from += TILE) {
      float s00 = 0;
      float s01 = 0;
      float s02 = 0;
      float s03 = 0;
      float s10 = 0;
      float s11 = 0;
      float s12 = 0;
      float s13 = 0;
      float s20 = 0;
      float s21 = 0;
      float s22 = 0;
      float s23 = 0;
      float s30 = 0;
      float s31 = 0;
      float s32 = 0;
      float s33 = 0;
      for (int d = 0; d < size; d += DEPTH) {
        context.localBarrier();
        for (int i = y; i < TILE; i += EDGE) {
          float q = 0;
          float k = 0;
          if (d + x < size) {
            if (tile * TILE + i < rows) {
              q = memory.get(fromQ + (tile * TILE + i) * strideQ + d + x) * reals.get(realAt);
            }
            if (from + i < past) {
              k = memory.get(fromK + (from + i) * strideK + d + x);
            }
          }
          tileQ[x * PITCH + i] = q;
          tileK[x * PITCH + i] = k;
        }
        context.localBarrier();
        for (int i = 0; i < DEPTH; i++) {
          int atQ = i * PITCH + y;
          int atK = i * PITCH + x;
          float q0 = tileQ[atQ];
          float q1 = tileQ[atQ + EDGE];
          float q2 = tileQ[atQ + 2 * EDGE];
          float q3 = tileQ[atQ + 3 * EDGE];
          float k0 = tileK[atK];
          float k1 = tileK[atK + EDGE];
          float k2 = tileK[atK + 2 * EDGE];
          float k3 = tileK[atK + 3 * EDGE];
          s00 += q0 * k0;
          s01 += q0 * k1;
          s02 += q0 * k2;
          s03 += q0 * k3;
          s10 += q1 * k0;
          s11 += q1 * k1;
          s12 += q1 * k2;
          s13 += q1 * k3;
          s20 += q2 * k0;
          s21 += q2 * k1;
          s22 += q2 * k2;
          s23 += q2 * k3;
          s30 += q3 * k0;
          s31 += q3 * k1;
          s32 += q3 * k2;
          s33 += q3 * k3;
        }
      }
      int to = y * PITCH_S + x;
      int key = from + x;
      scores[to] = ifSeen(key, first0, row, s00);
      scores[to + EDGE] = ifSeen(key + EDGE, first0, row, s01);
      scores[to + 2 * EDGE] = ifSeen(key + 2 * EDGE, first0, row, s02);
      scores[to + 3 * EDGE] = ifSeen(key + 3 * EDGE, first0, row, s03);
      scores[to + EDGE * PITCH_S] = ifSeen(key, first1, row + EDGE, s10);
      scores[to + EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first1, row + EDGE, s11);
      scores[to + EDGE * PITCH_S + 2 * EDGE] = ifSeen(key + 2 * EDGE, first1, row + EDGE, s12);
      scores[to + EDGE * PITCH_S + 3 * EDGE] = ifSeen(key + 3 * EDGE, first1, row + EDGE, s13);
      scores[to + 2 * EDGE * PITCH_S] = ifSeen(key, first2, row + 2 * EDGE, s20);
      scores[to + 2 * EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first2, row + 2 * EDGE, s21);
      scores[to + 2 * EDGE * PITCH_S + 2 * EDGE] = ifSeen(key + 2 * EDGE, first2, row + 2 * EDGE, s22);
      scores[to + 2 * EDGE * PITCH_S + 3 * EDGE] = ifSeen(key + 3 * EDGE, first2, row + 2 * EDGE, s23);
      scores[to + 3 * EDGE * PITCH_S] = ifSeen(key, first3, row + 3 * EDGE, s30);
      scores[to + 3 * EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first3, row + 3 * EDGE, s31);
      scores[to + 3 * EDGE * PITCH_S + 2 * EDGE] = ifSeen(key + 2 * EDGE, first3, row + 3 * EDGE, s32);
      scores[to + 3 * EDGE * PITCH_S + 3 * EDGE] = ifSeen(key + 3 * EDGE, first3, row + 3 * EDGE, s33);
      context.localBarrier();
      float larger = largest;
      for (int j = 0; j < EDGE; j++) {
        larger = TornadoMath.max(larger, scores[ownScores + j]);
      }
      maxima[line * SHARE + share] = larger;
      context.localBarrier();
      for (int j = 0; j < SHARE; j++) {
        larger = TornadoMath.max(larger, maxima[line * SHARE + j]);
      }
      float sum = 0;
      for (int j = 0; j < EDGE; j++) {
        float score = scores[ownScores + j];
        float weight = 0;
        if (score != UNSEEN) {
          weight = TornadoMath.exp(score - larger);
        }
        scores[ownScores + j] = weight;
        sum += weight;
      }
      sums[line * SHARE + share] = sum;
      float factor = TornadoMath.exp(largest - larger);
      factors[line] = factor;
      largest = larger;
      context.localBarrier();
      denominator *= factor;
      for (int j = 0; j < SHARE; j++) {
        denominator += sums[line * SHARE + j];
      }
      float f0 = factors[y];
      float f1 = factors[y + EDGE];
      float f2 = factors[y + 2 * EDGE];
      float f3 = factors[y + 3 * EDGE];
      o00 *= f0;
      o01 *= f0;
      o02 *= f0;
      o03 *= f0;
      o04 *= f0;
      o05 *= f0;
      o06 *= f0;
      o07 *= f0;
      o10 *= f1;
      o11 *= f1;
      o12 *= f1;
      o13 *= f1;
      o14 *= f1;
      o15 *= f1;
      o16 *= f1;
      o17 *= f1;
      o20 *= f2;
      o21 *= f2;
      o22 *= f2;
      o23 *= f2;
      o24 *= f2;
      o25 *= f2;
      o26 *= f2;
      o27 *= f2;
      o30 *= f3;
      o31 *= f3;
      o32 *= f3;
      o33 *= f3;
      o34 *= f3;
      o35 *= f3;
      o36 *= f3;
      o37 *= f3;
      for (int depth = 0; depth < TILE; depth += DEPTH) {
        context.localBarrier();
        for (int j = x; j < COLUMNS; j += EDGE) {
          float v = 0;
          if (from + depth + y < past && firstColumn + j < size) {
            v = memory.get(fromV + (from + depth + y) * strideK + firstColumn + j);
          }
          tileV[y * PITCH_V + j] = v;
        }
        context.localBarrier();
        for (int i = 0; i < DEPTH; i++) {
          int atWeight = y * PITCH_S + depth + i;
          int atV = i * PITCH_V + x;
          float w0 = scores[atWeight];
          float w1 = scores[atWeight + EDGE * PITCH_S];
          float w2 = scores[atWeight + 2 * EDGE * PITCH_S];
          float w3 = scores[atWeight + 3 * EDGE * PITCH_S];
          float v0 = tileV[atV];
          float v1 = tileV[atV + EDGE];
          float v2 = tileV[atV + 2 * EDGE];
          float v3 = tileV[atV + 3 * EDGE];
          float v4 = tileV[atV + 4 * EDGE];
          float v5 = tileV[atV + 5 * EDGE];
          float v6 = tileV[atV + 6 * EDGE];
          float v7 = tileV[atV + 7 * EDGE];
          o00 += w0 * v0;
          o01 += w0 * v1;
          o02 += w0 * v2;
          o03 += w0 * v3;
          o04 += w0 * v4;
          o05 += w0 * v5;
          o06 += w0 * v6;
          o07 += w0 * v7;
          o10 += w1 * v0;
          o11 += w1 * v1;
          o12 += w1 * v2;
          o13 += w1 * v3;
          o14 += w1 * v4;
          o15 += w1 * v5;
          o16 += w1 * v6;
          o17 += w1 * v7;
          o20 += w2 * v0;
          o21 += w2 * v1;
          o22 += w2 * v2;
          o23 += w2 * v3;
          o24 += w2 * v4;
          o25 += w2 * v5;
          o26 += w2 * v6;
          o27 += w2 * v7;
          o30 += w3 * v0;
          o31 += w3 * v1;
          o32 += w3 * v2;
          o33 += w3 * v3;
          o34 += w3 * v4;
          o35 += w3 * v5;
          o36 += w3 * v6;
          o37 += w3 * v7;
        }
      }
    }
    if (share == 0) {
      factors[line] = 1 / denominator;
      if (part == 0 && tile * TILE + line < rows) {
        memory.set(
            ints.get(at + 8) + (tile * TILE + line) * heads + head,
            largest + TornadoMath.log(denominator));
      }
    }
    context.localBarrier();
    int to = ints.get(at + 7) + row * strideQ + head * size;
    int column = firstColumn + x;
    float scale0 = factors[y];
    boolean exists0 = row < rows;
    store(memory, to, column, size, exists0, o00 * scale0);
    store(memory, to, column + EDGE, size, exists0, o01 * scale0);
    store(memory, to, column + 2 * EDGE, size, exists0, o02 * scale0);
    store(memory, to, column + 3 * EDGE, size, exists0, o03 * scale0);
    store(memory, to, column + 4 * EDGE, size, exists0, o04 * scale0);
    store(memory, to, column + 5 * EDGE, size, exists0, o05 * scale0);
    store(memory, to, column + 6 * EDGE, size, exists0, o06 * scale0);
    store(memory, to, column + 7 * EDGE, size, exists0, o07 * scale0);
    float scale1 = factors[y + EDGE];
    boolean exists1 = row + EDGE < rows;
    int to1 = to + EDGE * strideQ;
    store(memory, to1, column, size, exists1, o10 * scale1);
    store(memory, to1, column + EDGE, size, exists1, o11 * scale1);
    store(memory, to1, column + 2 * EDGE, size, exists1, o12 * scale1);
    store(memory, to1, column + 3 * EDGE, size, exists1, o13 * scale1);
    store(memory, to1, column + 4 * EDGE, size, exists1, o14 * scale1);
    store(memory, to1, column + 5 * EDGE, size, exists1, o15 * scale1);
    store(memory, to1, column + 6 * EDGE, size, exists1, o16 * scale1);
    store(memory, to1, column + 7 * EDGE, size, exists1, o17 * scale1);
    float scale2 = factors[y + 2 * EDGE];
    boolean exists2 = row + 2 * EDGE < rows;
    int to2 = to + 2 * EDGE * strideQ;
    store(memory, to2, column, size, exists2, o20 * scale2);
    store(memory, to2, column + EDGE, size, exists2, o21 * scale2);
    store(memory, to2, column + 2 * EDGE, size, exists2, o22 * scale2);
    store(memory, to2, column + 3 * EDGE, size, exists2, o23 * scale2);
    store(memory, to2, column + 4 * EDGE, size, exists2, o24 * scale2);
    store(memory, to2, column + 5 * EDGE, size, exists2, o25 * scale2);
    store(memory, to2, column + 6 * EDGE, size, exists2, o26 * scale2);
    store(memory, to2, column + 7 * EDGE, size, exists2, o27 * scale2);
    float scale3 = factors[y + 3 * EDGE];
    boolean exists3 = row + 3 * EDGE < rows;
    int to3 = to + 3 * EDGE * strideQ;
    store(memory, to3, column, size, exists3, o30 * scale3);
    store(memory, to3, column + EDGE, size, exists3, o31 * scale3);
    store(memory, to3, column + 2 * EDGE, size, exists3, o32 * scale3);
    store(memory, to3, column + 3 * EDGE, size, exists3, o33 * scale3);
    store(memory, to3, column + 4 * EDGE, size, exists3, o34 * scale3);
    store(memory, to3, column + 5 * EDGE, size, exists3, o35 * scale3);
    store(memory, to3, column + 6 * EDGE, size, exists3, o36 * scale3);
    store(memory, to3, column + 7 * EDGE, size, exists3, o37 * scale3);
  }

  /// Work-groups for T rows of heads of size D.
  public static long groups(long rows, int size) {
    return (rows + TILE - 1) / TILE * ((size + COLUMNS - 1) / COLUMNS);
  }
}
