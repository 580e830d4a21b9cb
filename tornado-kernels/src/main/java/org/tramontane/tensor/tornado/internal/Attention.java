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
/// K and V are read once per TILE query rows, neighbours next to each other, so a work-group does 43 multiplications per float
/// that it reads from global memory, or from a cache (Q, which it reads again for each block, included). Its local memory is 36 KiB.
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
  static final int DEPTH = 16;

  /// Floats from one column of Q or K to the next in local memory.
  static final int PITCH = TILE + 2;

  /// Floats from one row of V to the next in local memory: two rows of threads on different banks.
  static final int PITCH_V = COLUMNS + EDGE;

  /// Floats from one row of scores to the next in local memory.
  static final int PITCH_S = TILE + 1;

  /// Threads that share the maximum and the sum of a row.
  private static final int SHARE = EDGE * EDGE / TILE;

  private Attention() {}

  /// The first key that `row` sees; the one behind it if there is no such row.
  ///
  /// @param list where the first row of each row's sequence begins
  static int firstKey(IntArray ints, int list, int window, int row, int rows) {
    int first = row + 1;
    if (row < rows) {
      first = TornadoMath.max(ints.get(list + row), row + 1 - window);
    }
    return first;
  }

  /// An element of q, k or v, 0 where there is none. Loads come before a barrier and stores behind it, so that the former are under
  /// way together.
  static float element(FloatArray memory, int from, int row, int rows, int column, int columns) {
    float element = 0;
    if (row < rows && column < columns) {
      element = memory.get(from);
    }
    return element;
  }

  private static float ifSeen(int key, int first, int row, float score) {
    float seen = UNSEEN;
    if (key >= first && key <= row) {
      seen = score;
    }
    return seen;
  }

  static void store(
      FloatArray memory, int to, int column, int size, int row, int rows, float value) {
    if (row < rows && column < size) {
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
    int window = ints.get(at + 3);
    int rows = ints.get(at + 9);
    int parts = (size + COLUMNS - 1) / COLUMNS;
    int tiles = (rows + TILE - 1) / TILE;
    int tile = tiles - 1 - context.groupIdx / parts;
    int part = context.groupIdx % parts;
    int firstColumn = part * COLUMNS;
    int past = TornadoMath.min(rows, (tile + 1) * TILE);
    int row = tile * TILE + y;
    int first0 = firstKey(ints, at + LIST, window, row, rows);
    int first1 = firstKey(ints, at + LIST, window, row + EDGE, rows);
    int first2 = firstKey(ints, at + LIST, window, row + 2 * EDGE, rows);
    int first3 = firstKey(ints, at + LIST, window, row + 3 * EDGE, rows);
    float scale = reals.get(realAt);
    int fromQ = ints.get(at + 4) + head * size;
    int fromK = ints.get(at + 5) + keyHead * size;
    int fromV = ints.get(at + 6) + keyHead * size;
    int strideQ = heads * size;
    int strideK = keyHeads * size;
    // This thread's row of the softmax, and its share of the keys there.
    int turn = y * SHARE + x / SHARE;
    int share = x % SHARE;
    int ownScores = turn * PITCH_S + share * EDGE;
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
    for (int from = firstKey(ints, at + LIST, window, tile * TILE, rows);
        from < past;
        from += TILE) {
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
      int atQ = fromQ + row * strideQ + x;
      int atK = fromK + (from + y) * strideK + x;
      float q0 = element(memory, atQ, row, rows, x, size);
      float q1 = element(memory, atQ + EDGE * strideQ, row + EDGE, rows, x, size);
      float q2 = element(memory, atQ + 2 * EDGE * strideQ, row + 2 * EDGE, rows, x, size);
      float q3 = element(memory, atQ + 3 * EDGE * strideQ, row + 3 * EDGE, rows, x, size);
      float k0 = element(memory, atK, from + y, past, x, size);
      float k1 = element(memory, atK + EDGE * strideK, from + y + EDGE, past, x, size);
      float k2 = element(memory, atK + 2 * EDGE * strideK, from + y + 2 * EDGE, past, x, size);
      float k3 = element(memory, atK + 3 * EDGE * strideK, from + y + 3 * EDGE, past, x, size);
      for (int d = 0; d < size; d += DEPTH) {
        context.localBarrier();
        int to = x * PITCH + y;
        tileQ[to] = q0 * scale;
        tileQ[to + EDGE] = q1 * scale;
        tileQ[to + 2 * EDGE] = q2 * scale;
        tileQ[to + 3 * EDGE] = q3 * scale;
        tileK[to] = k0;
        tileK[to + EDGE] = k1;
        tileK[to + 2 * EDGE] = k2;
        tileK[to + 3 * EDGE] = k3;
        context.localBarrier();
        // The next ones, under way while these are multiplied.
        int column = d + DEPTH + x;
        atQ += DEPTH;
        atK += DEPTH;
        q0 = element(memory, atQ, row, rows, column, size);
        q1 = element(memory, atQ + EDGE * strideQ, row + EDGE, rows, column, size);
        q2 = element(memory, atQ + 2 * EDGE * strideQ, row + 2 * EDGE, rows, column, size);
        q3 = element(memory, atQ + 3 * EDGE * strideQ, row + 3 * EDGE, rows, column, size);
        k0 = element(memory, atK, from + y, past, column, size);
        k1 = element(memory, atK + EDGE * strideK, from + y + EDGE, past, column, size);
        k2 = element(memory, atK + 2 * EDGE * strideK, from + y + 2 * EDGE, past, column, size);
        k3 = element(memory, atK + 3 * EDGE * strideK, from + y + 3 * EDGE, past, column, size);
        for (int i = 0; i < DEPTH; i++) {
          int line = i * PITCH;
          float a0 = tileQ[line + y];
          float a1 = tileQ[line + y + EDGE];
          float a2 = tileQ[line + y + 2 * EDGE];
          float a3 = tileQ[line + y + 3 * EDGE];
          float b0 = tileK[line + x];
          float b1 = tileK[line + x + EDGE];
          float b2 = tileK[line + x + 2 * EDGE];
          float b3 = tileK[line + x + 3 * EDGE];
          s00 += a0 * b0;
          s01 += a0 * b1;
          s02 += a0 * b2;
          s03 += a0 * b3;
          s10 += a1 * b0;
          s11 += a1 * b1;
          s12 += a1 * b2;
          s13 += a1 * b3;
          s20 += a2 * b0;
          s21 += a2 * b1;
          s22 += a2 * b2;
          s23 += a2 * b3;
          s30 += a3 * b0;
          s31 += a3 * b1;
          s32 += a3 * b2;
          s33 += a3 * b3;
        }
      }
      // The first rows of V, under way during the softmax.
      int atV = fromV + (from + y) * strideK + firstColumn + x;
      int pastV = TornadoMath.min(past, from + TILE);
      float v0 = element(memory, atV, from + y, pastV, firstColumn + x, size);
      float v1 = element(memory, atV + EDGE, from + y, pastV, firstColumn + x + EDGE, size);
      float v2 = element(memory, atV + 2 * EDGE, from + y, pastV, firstColumn + x + 2 * EDGE, size);
      float v3 = element(memory, atV + 3 * EDGE, from + y, pastV, firstColumn + x + 3 * EDGE, size);
      float v4 = element(memory, atV + 4 * EDGE, from + y, pastV, firstColumn + x + 4 * EDGE, size);
      float v5 = element(memory, atV + 5 * EDGE, from + y, pastV, firstColumn + x + 5 * EDGE, size);
      float v6 = element(memory, atV + 6 * EDGE, from + y, pastV, firstColumn + x + 6 * EDGE, size);
      float v7 = element(memory, atV + 7 * EDGE, from + y, pastV, firstColumn + x + 7 * EDGE, size);
      int own = y * PITCH_S + x;
      int key = from + x;
      scores[own] = ifSeen(key, first0, row, s00);
      scores[own + EDGE] = ifSeen(key + EDGE, first0, row, s01);
      scores[own + 2 * EDGE] = ifSeen(key + 2 * EDGE, first0, row, s02);
      scores[own + 3 * EDGE] = ifSeen(key + 3 * EDGE, first0, row, s03);
      scores[own + EDGE * PITCH_S] = ifSeen(key, first1, row + EDGE, s10);
      scores[own + EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first1, row + EDGE, s11);
      scores[own + EDGE * PITCH_S + 2 * EDGE] = ifSeen(key + 2 * EDGE, first1, row + EDGE, s12);
      scores[own + EDGE * PITCH_S + 3 * EDGE] = ifSeen(key + 3 * EDGE, first1, row + EDGE, s13);
      scores[own + 2 * EDGE * PITCH_S] = ifSeen(key, first2, row + 2 * EDGE, s20);
      scores[own + 2 * EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first2, row + 2 * EDGE, s21);
      scores[own + 2 * EDGE * PITCH_S + 2 * EDGE] =
          ifSeen(key + 2 * EDGE, first2, row + 2 * EDGE, s22);
      scores[own + 2 * EDGE * PITCH_S + 3 * EDGE] =
          ifSeen(key + 3 * EDGE, first2, row + 2 * EDGE, s23);
      scores[own + 3 * EDGE * PITCH_S] = ifSeen(key, first3, row + 3 * EDGE, s30);
      scores[own + 3 * EDGE * PITCH_S + EDGE] = ifSeen(key + EDGE, first3, row + 3 * EDGE, s31);
      scores[own + 3 * EDGE * PITCH_S + 2 * EDGE] =
          ifSeen(key + 2 * EDGE, first3, row + 3 * EDGE, s32);
      scores[own + 3 * EDGE * PITCH_S + 3 * EDGE] =
          ifSeen(key + 3 * EDGE, first3, row + 3 * EDGE, s33);
      context.localBarrier();
      float larger = largest;
      for (int j = 0; j < EDGE; j++) {
        larger = TornadoMath.max(larger, scores[ownScores + j]);
      }
      maxima[turn * SHARE + share] = larger;
      context.localBarrier();
      for (int j = 0; j < SHARE; j++) {
        larger = TornadoMath.max(larger, maxima[turn * SHARE + j]);
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
      sums[turn * SHARE + share] = sum;
      float factor = TornadoMath.exp(largest - larger);
      factors[turn] = factor;
      largest = larger;
      context.localBarrier();
      denominator *= factor;
      for (int j = 0; j < SHARE; j++) {
        denominator += sums[turn * SHARE + j];
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
        int to = y * PITCH_V + x;
        tileV[to] = v0;
        tileV[to + EDGE] = v1;
        tileV[to + 2 * EDGE] = v2;
        tileV[to + 3 * EDGE] = v3;
        tileV[to + 4 * EDGE] = v4;
        tileV[to + 5 * EDGE] = v5;
        tileV[to + 6 * EDGE] = v6;
        tileV[to + 7 * EDGE] = v7;
        context.localBarrier();
        int next = from + depth + DEPTH + y;
        atV += DEPTH * strideK;
        v0 = element(memory, atV, next, pastV, firstColumn + x, size);
        v1 = element(memory, atV + EDGE, next, pastV, firstColumn + x + EDGE, size);
        v2 = element(memory, atV + 2 * EDGE, next, pastV, firstColumn + x + 2 * EDGE, size);
        v3 = element(memory, atV + 3 * EDGE, next, pastV, firstColumn + x + 3 * EDGE, size);
        v4 = element(memory, atV + 4 * EDGE, next, pastV, firstColumn + x + 4 * EDGE, size);
        v5 = element(memory, atV + 5 * EDGE, next, pastV, firstColumn + x + 5 * EDGE, size);
        v6 = element(memory, atV + 6 * EDGE, next, pastV, firstColumn + x + 6 * EDGE, size);
        v7 = element(memory, atV + 7 * EDGE, next, pastV, firstColumn + x + 7 * EDGE, size);
        for (int i = 0; i < DEPTH; i++) {
          int weight = y * PITCH_S + depth + i;
          int line = i * PITCH_V + x;
          float a0 = scores[weight];
          float a1 = scores[weight + EDGE * PITCH_S];
          float a2 = scores[weight + 2 * EDGE * PITCH_S];
          float a3 = scores[weight + 3 * EDGE * PITCH_S];
          float b0 = tileV[line];
          float b1 = tileV[line + EDGE];
          float b2 = tileV[line + 2 * EDGE];
          float b3 = tileV[line + 3 * EDGE];
          float b4 = tileV[line + 4 * EDGE];
          float b5 = tileV[line + 5 * EDGE];
          float b6 = tileV[line + 6 * EDGE];
          float b7 = tileV[line + 7 * EDGE];
          o00 += a0 * b0;
          o01 += a0 * b1;
          o02 += a0 * b2;
          o03 += a0 * b3;
          o04 += a0 * b4;
          o05 += a0 * b5;
          o06 += a0 * b6;
          o07 += a0 * b7;
          o10 += a1 * b0;
          o11 += a1 * b1;
          o12 += a1 * b2;
          o13 += a1 * b3;
          o14 += a1 * b4;
          o15 += a1 * b5;
          o16 += a1 * b6;
          o17 += a1 * b7;
          o20 += a2 * b0;
          o21 += a2 * b1;
          o22 += a2 * b2;
          o23 += a2 * b3;
          o24 += a2 * b4;
          o25 += a2 * b5;
          o26 += a2 * b6;
          o27 += a2 * b7;
          o30 += a3 * b0;
          o31 += a3 * b1;
          o32 += a3 * b2;
          o33 += a3 * b3;
          o34 += a3 * b4;
          o35 += a3 * b5;
          o36 += a3 * b6;
          o37 += a3 * b7;
        }
      }
    }
    if (share == 0) {
      factors[turn] = 1 / denominator;
      if (part == 0 && tile * TILE + turn < rows) {
        memory.set(
            ints.get(at + 8) + (tile * TILE + turn) * heads + head,
            largest + TornadoMath.log(denominator));
      }
    }
    context.localBarrier();
    int to = ints.get(at + 7) + row * strideQ + head * size;
    int column = firstColumn + x;
    float total0 = factors[y];
    store(memory, to, column, size, row, rows, o00 * total0);
    store(memory, to, column + EDGE, size, row, rows, o01 * total0);
    store(memory, to, column + 2 * EDGE, size, row, rows, o02 * total0);
    store(memory, to, column + 3 * EDGE, size, row, rows, o03 * total0);
    store(memory, to, column + 4 * EDGE, size, row, rows, o04 * total0);
    store(memory, to, column + 5 * EDGE, size, row, rows, o05 * total0);
    store(memory, to, column + 6 * EDGE, size, row, rows, o06 * total0);
    store(memory, to, column + 7 * EDGE, size, row, rows, o07 * total0);
    float total1 = factors[y + EDGE];
    int to1 = to + EDGE * strideQ;
    store(memory, to1, column, size, row + EDGE, rows, o10 * total1);
    store(memory, to1, column + EDGE, size, row + EDGE, rows, o11 * total1);
    store(memory, to1, column + 2 * EDGE, size, row + EDGE, rows, o12 * total1);
    store(memory, to1, column + 3 * EDGE, size, row + EDGE, rows, o13 * total1);
    store(memory, to1, column + 4 * EDGE, size, row + EDGE, rows, o14 * total1);
    store(memory, to1, column + 5 * EDGE, size, row + EDGE, rows, o15 * total1);
    store(memory, to1, column + 6 * EDGE, size, row + EDGE, rows, o16 * total1);
    store(memory, to1, column + 7 * EDGE, size, row + EDGE, rows, o17 * total1);
    float total2 = factors[y + 2 * EDGE];
    int to2 = to + 2 * EDGE * strideQ;
    store(memory, to2, column, size, row + 2 * EDGE, rows, o20 * total2);
    store(memory, to2, column + EDGE, size, row + 2 * EDGE, rows, o21 * total2);
    store(memory, to2, column + 2 * EDGE, size, row + 2 * EDGE, rows, o22 * total2);
    store(memory, to2, column + 3 * EDGE, size, row + 2 * EDGE, rows, o23 * total2);
    store(memory, to2, column + 4 * EDGE, size, row + 2 * EDGE, rows, o24 * total2);
    store(memory, to2, column + 5 * EDGE, size, row + 2 * EDGE, rows, o25 * total2);
    store(memory, to2, column + 6 * EDGE, size, row + 2 * EDGE, rows, o26 * total2);
    store(memory, to2, column + 7 * EDGE, size, row + 2 * EDGE, rows, o27 * total2);
    float total3 = factors[y + 3 * EDGE];
    int to3 = to + 3 * EDGE * strideQ;
    store(memory, to3, column, size, row + 3 * EDGE, rows, o30 * total3);
    store(memory, to3, column + EDGE, size, row + 3 * EDGE, rows, o31 * total3);
    store(memory, to3, column + 2 * EDGE, size, row + 3 * EDGE, rows, o32 * total3);
    store(memory, to3, column + 3 * EDGE, size, row + 3 * EDGE, rows, o33 * total3);
    store(memory, to3, column + 4 * EDGE, size, row + 3 * EDGE, rows, o34 * total3);
    store(memory, to3, column + 5 * EDGE, size, row + 3 * EDGE, rows, o35 * total3);
    store(memory, to3, column + 6 * EDGE, size, row + 3 * EDGE, rows, o36 * total3);
    store(memory, to3, column + 7 * EDGE, size, row + 3 * EDGE, rows, o37 * total3);
  }

  /// Work-groups for T rows of heads of size D.
  public static long groups(long rows, int size) {
    return (rows + TILE - 1) / TILE * ((size + COLUMNS - 1) / COLUMNS);
  }
}
