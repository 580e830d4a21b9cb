package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.Attention.COLUMNS;
import static org.tramontane.tensor.tornado.internal.Attention.DEPTH;
import static org.tramontane.tensor.tornado.internal.Attention.EDGE;
import static org.tramontane.tensor.tornado.internal.Attention.PITCH;
import static org.tramontane.tensor.tornado.internal.Attention.PITCH_S;
import static org.tramontane.tensor.tornado.internal.Attention.PITCH_V;
import static org.tramontane.tensor.tornado.internal.Attention.TILE;
import static org.tramontane.tensor.tornado.internal.Attention.element;
import static org.tramontane.tensor.tornado.internal.Attention.firstKey;
import static org.tramontane.tensor.tornado.internal.Attention.store;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// The derivative of [Attention#forward] (Dao et al. 2022, arXiv 2205.14135, algorithm 4), without atomic additions.
///
/// With `p_ij = exp(s_ij - logSumExp_i)`, `dP_ij = dOut_i . v_j` and `delta_i = dOut_i . out_i` (which is `sum_j p_ij dP_ij`), the
/// score's gradient is `dS_ij = p_ij (dP_ij - delta_i)`. Then `dQ_i = sum_j dS_ij k_j / sqrt(D)`,
/// `dK_j = sum_i dS_ij q_i / sqrt(D)` and `dV_j = sum_i p_ij dOut_i`. Here is dQ, in [AttentionBackwardKeys] dK, in
/// [AttentionBackwardValues] dV. Each takes a tile of its rows, visits in order what they see or are seen by, and computes scores
/// again: 8 products of tiles where one kernel for all three would do with 5, but would have to add to dQ atomically, in any order.
///
/// Work-groups, tiles and registers are as in [Attention]. The weights wait in local memory, 34 KiB in all, while dP is multiplied:
/// in registers they would leave room for one work-group on a processor instead of two.
public final class AttentionBackward {
  /// Where the lists begin.
  public static final int LIST = 12;

  private AttentionBackward() {}

  /// `p_ij`, or 0 where a key isn't seen.
  ///
  /// @param i a key and the first and last that a row sees, or a row and the first and last that see a key
  static float weight(int i, int first, int last, float score, float logSumExp) {
    float weight = 0;
    if (i >= first && i <= last) {
      weight = TornadoMath.exp(score - logSumExp);
    }
    return weight;
  }

  /// `dS_ij / sqrt(D)`; 0 for a weight of 0, whatever the rest is.
  static float gradient(float weight, float dP, float delta, float scale) {
    float gradient = 0;
    if (weight != 0) {
      gradient = weight * (dP - delta) * scale;
    }
    return gradient;
  }

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

  /// dQ. Runs on [Attention#groups] * EDGE threads times H * EDGE. Integers: query heads, query heads per key head, D, window, offsets of
  /// q, k, v, dOut, logSumExp, delta and dQ, T, then for each row the first row of its sequence. Reals: 1 / sqrt(D).
  public static void queries(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileOwn = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] tileOther = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] wide = context.allocateFloatLocalArray(DEPTH * PITCH_V);
    float[] gradients = context.allocateFloatLocalArray(TILE * PITCH_S);
    int x = context.localIdx;
    int y = context.localIdy;
    int head = context.groupIdy;
    int heads = ints.get(at);
    int keyHeads = heads / ints.get(at + 1);
    int keyHead = head / ints.get(at + 1);
    int size = ints.get(at + 2);
    int window = ints.get(at + 3);
    int rows = ints.get(at + 11);
    int parts = (size + COLUMNS - 1) / COLUMNS;
    int tiles = (rows + TILE - 1) / TILE;
    int tile = tiles - 1 - context.groupIdx / parts;
    int firstColumn = context.groupIdx % parts * COLUMNS;
    int past = TornadoMath.min(rows, (tile + 1) * TILE);
    int row = tile * TILE + y;
    float scale = reals.get(realAt);
    int fromQ = ints.get(at + 4) + head * size;
    int fromK = ints.get(at + 5) + keyHead * size;
    int fromV = ints.get(at + 6) + keyHead * size;
    int fromG = ints.get(at + 7) + head * size;
    int strideTo = heads * size;
    int strideK = keyHeads * size;
    int first0 = firstKey(ints, at + LIST, window, row, rows);
    int first1 = firstKey(ints, at + LIST, window, row + EDGE, rows);
    int first2 = firstKey(ints, at + LIST, window, row + 2 * EDGE, rows);
    int first3 = firstKey(ints, at + LIST, window, row + 3 * EDGE, rows);
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
      int atQ = fromQ + row * strideTo + x;
      int atK = fromK + (from + y) * strideK + x;
      float q0 = element(memory, atQ, row, rows, x, size);
      float q1 = element(memory, atQ + EDGE * strideTo, row + EDGE, rows, x, size);
      float q2 = element(memory, atQ + 2 * EDGE * strideTo, row + 2 * EDGE, rows, x, size);
      float q3 = element(memory, atQ + 3 * EDGE * strideTo, row + 3 * EDGE, rows, x, size);
      float k0 = element(memory, atK, from + y, past, x, size);
      float k1 = element(memory, atK + EDGE * strideK, from + y + EDGE, past, x, size);
      float k2 = element(memory, atK + 2 * EDGE * strideK, from + y + 2 * EDGE, past, x, size);
      float k3 = element(memory, atK + 3 * EDGE * strideK, from + y + 3 * EDGE, past, x, size);
      for (int d = 0; d < size; d += DEPTH) {
        context.localBarrier();
        int to = x * PITCH + y;
        tileOwn[to] = q0 * scale;
        tileOwn[to + EDGE] = q1 * scale;
        tileOwn[to + 2 * EDGE] = q2 * scale;
        tileOwn[to + 3 * EDGE] = q3 * scale;
        tileOther[to] = k0;
        tileOther[to + EDGE] = k1;
        tileOther[to + 2 * EDGE] = k2;
        tileOther[to + 3 * EDGE] = k3;
        context.localBarrier();
        int next = d + DEPTH + x;
        atQ += DEPTH;
        atK += DEPTH;
        q0 = element(memory, atQ, row, rows, next, size);
        q1 = element(memory, atQ + EDGE * strideTo, row + EDGE, rows, next, size);
        q2 = element(memory, atQ + 2 * EDGE * strideTo, row + 2 * EDGE, rows, next, size);
        q3 = element(memory, atQ + 3 * EDGE * strideTo, row + 3 * EDGE, rows, next, size);
        k0 = element(memory, atK, from + y, past, next, size);
        k1 = element(memory, atK + EDGE * strideK, from + y + EDGE, past, next, size);
        k2 = element(memory, atK + 2 * EDGE * strideK, from + y + 2 * EDGE, past, next, size);
        k3 = element(memory, atK + 3 * EDGE * strideK, from + y + 3 * EDGE, past, next, size);
        for (int i = 0; i < DEPTH; i++) {
          int line = i * PITCH;
          float a0 = tileOwn[line + y];
          float a1 = tileOwn[line + y + EDGE];
          float a2 = tileOwn[line + y + 2 * EDGE];
          float a3 = tileOwn[line + y + 3 * EDGE];
          float b0 = tileOther[line + x];
          float b1 = tileOther[line + x + EDGE];
          float b2 = tileOther[line + x + 2 * EDGE];
          float b3 = tileOther[line + x + 3 * EDGE];
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
      float sum0 = perRow(memory, ints.get(at + 8) + head, heads, row, rows);
      float sum1 = perRow(memory, ints.get(at + 8) + head, heads, row + EDGE, rows);
      float sum2 = perRow(memory, ints.get(at + 8) + head, heads, row + 2 * EDGE, rows);
      float sum3 = perRow(memory, ints.get(at + 8) + head, heads, row + 3 * EDGE, rows);
      int own = y * PITCH_S + x;
      int key = from + x;
      gradients[own] = weight(key, first0, row, s00, sum0);
      gradients[own + EDGE] = weight(key + EDGE, first0, row, s01, sum0);
      gradients[own + 2 * EDGE] = weight(key + 2 * EDGE, first0, row, s02, sum0);
      gradients[own + 3 * EDGE] = weight(key + 3 * EDGE, first0, row, s03, sum0);
      gradients[own + EDGE * PITCH_S] = weight(key, first1, row + EDGE, s10, sum1);
      gradients[own + EDGE * PITCH_S + EDGE] = weight(key + EDGE, first1, row + EDGE, s11, sum1);
      gradients[own + EDGE * PITCH_S + 2 * EDGE] =
          weight(key + 2 * EDGE, first1, row + EDGE, s12, sum1);
      gradients[own + EDGE * PITCH_S + 3 * EDGE] =
          weight(key + 3 * EDGE, first1, row + EDGE, s13, sum1);
      gradients[own + 2 * EDGE * PITCH_S] = weight(key, first2, row + 2 * EDGE, s20, sum2);
      gradients[own + 2 * EDGE * PITCH_S + EDGE] =
          weight(key + EDGE, first2, row + 2 * EDGE, s21, sum2);
      gradients[own + 2 * EDGE * PITCH_S + 2 * EDGE] =
          weight(key + 2 * EDGE, first2, row + 2 * EDGE, s22, sum2);
      gradients[own + 2 * EDGE * PITCH_S + 3 * EDGE] =
          weight(key + 3 * EDGE, first2, row + 2 * EDGE, s23, sum2);
      gradients[own + 3 * EDGE * PITCH_S] = weight(key, first3, row + 3 * EDGE, s30, sum3);
      gradients[own + 3 * EDGE * PITCH_S + EDGE] =
          weight(key + EDGE, first3, row + 3 * EDGE, s31, sum3);
      gradients[own + 3 * EDGE * PITCH_S + 2 * EDGE] =
          weight(key + 2 * EDGE, first3, row + 3 * EDGE, s32, sum3);
      gradients[own + 3 * EDGE * PITCH_S + 3 * EDGE] =
          weight(key + 3 * EDGE, first3, row + 3 * EDGE, s33, sum3);
      float p00 = 0;
      float p01 = 0;
      float p02 = 0;
      float p03 = 0;
      float p10 = 0;
      float p11 = 0;
      float p12 = 0;
      float p13 = 0;
      float p20 = 0;
      float p21 = 0;
      float p22 = 0;
      float p23 = 0;
      float p30 = 0;
      float p31 = 0;
      float p32 = 0;
      float p33 = 0;
      int atG = fromG + row * strideTo + x;
      int atV = fromV + (from + y) * strideK + x;
      float g0 = element(memory, atG, row, rows, x, size);
      float g1 = element(memory, atG + EDGE * strideTo, row + EDGE, rows, x, size);
      float g2 = element(memory, atG + 2 * EDGE * strideTo, row + 2 * EDGE, rows, x, size);
      float g3 = element(memory, atG + 3 * EDGE * strideTo, row + 3 * EDGE, rows, x, size);
      float v0 = element(memory, atV, from + y, past, x, size);
      float v1 = element(memory, atV + EDGE * strideK, from + y + EDGE, past, x, size);
      float v2 = element(memory, atV + 2 * EDGE * strideK, from + y + 2 * EDGE, past, x, size);
      float v3 = element(memory, atV + 3 * EDGE * strideK, from + y + 3 * EDGE, past, x, size);
      for (int d = 0; d < size; d += DEPTH) {
        context.localBarrier();
        int to = x * PITCH + y;
        tileOwn[to] = g0;
        tileOwn[to + EDGE] = g1;
        tileOwn[to + 2 * EDGE] = g2;
        tileOwn[to + 3 * EDGE] = g3;
        tileOther[to] = v0;
        tileOther[to + EDGE] = v1;
        tileOther[to + 2 * EDGE] = v2;
        tileOther[to + 3 * EDGE] = v3;
        context.localBarrier();
        int next = d + DEPTH + x;
        atG += DEPTH;
        atV += DEPTH;
        g0 = element(memory, atG, row, rows, next, size);
        g1 = element(memory, atG + EDGE * strideTo, row + EDGE, rows, next, size);
        g2 = element(memory, atG + 2 * EDGE * strideTo, row + 2 * EDGE, rows, next, size);
        g3 = element(memory, atG + 3 * EDGE * strideTo, row + 3 * EDGE, rows, next, size);
        v0 = element(memory, atV, from + y, past, next, size);
        v1 = element(memory, atV + EDGE * strideK, from + y + EDGE, past, next, size);
        v2 = element(memory, atV + 2 * EDGE * strideK, from + y + 2 * EDGE, past, next, size);
        v3 = element(memory, atV + 3 * EDGE * strideK, from + y + 3 * EDGE, past, next, size);
        for (int i = 0; i < DEPTH; i++) {
          int line = i * PITCH;
          float a0 = tileOwn[line + y];
          float a1 = tileOwn[line + y + EDGE];
          float a2 = tileOwn[line + y + 2 * EDGE];
          float a3 = tileOwn[line + y + 3 * EDGE];
          float b0 = tileOther[line + x];
          float b1 = tileOther[line + x + EDGE];
          float b2 = tileOther[line + x + 2 * EDGE];
          float b3 = tileOther[line + x + 3 * EDGE];
          p00 += a0 * b0;
          p01 += a0 * b1;
          p02 += a0 * b2;
          p03 += a0 * b3;
          p10 += a1 * b0;
          p11 += a1 * b1;
          p12 += a1 * b2;
          p13 += a1 * b3;
          p20 += a2 * b0;
          p21 += a2 * b1;
          p22 += a2 * b2;
          p23 += a2 * b3;
          p30 += a3 * b0;
          p31 += a3 * b1;
          p32 += a3 * b2;
          p33 += a3 * b3;
        }
      }
      float delta0 = perRow(memory, ints.get(at + 9) + head, heads, row, rows);
      float delta1 = perRow(memory, ints.get(at + 9) + head, heads, row + EDGE, rows);
      float delta2 = perRow(memory, ints.get(at + 9) + head, heads, row + 2 * EDGE, rows);
      float delta3 = perRow(memory, ints.get(at + 9) + head, heads, row + 3 * EDGE, rows);
      gradients[own] = gradient(gradients[own], p00, delta0, scale);
      gradients[own + EDGE] = gradient(gradients[own + EDGE], p01, delta0, scale);
      gradients[own + 2 * EDGE] = gradient(gradients[own + 2 * EDGE], p02, delta0, scale);
      gradients[own + 3 * EDGE] = gradient(gradients[own + 3 * EDGE], p03, delta0, scale);
      gradients[own + EDGE * PITCH_S] =
          gradient(gradients[own + EDGE * PITCH_S], p10, delta1, scale);
      gradients[own + EDGE * PITCH_S + EDGE] =
          gradient(gradients[own + EDGE * PITCH_S + EDGE], p11, delta1, scale);
      gradients[own + EDGE * PITCH_S + 2 * EDGE] =
          gradient(gradients[own + EDGE * PITCH_S + 2 * EDGE], p12, delta1, scale);
      gradients[own + EDGE * PITCH_S + 3 * EDGE] =
          gradient(gradients[own + EDGE * PITCH_S + 3 * EDGE], p13, delta1, scale);
      gradients[own + 2 * EDGE * PITCH_S] =
          gradient(gradients[own + 2 * EDGE * PITCH_S], p20, delta2, scale);
      gradients[own + 2 * EDGE * PITCH_S + EDGE] =
          gradient(gradients[own + 2 * EDGE * PITCH_S + EDGE], p21, delta2, scale);
      gradients[own + 2 * EDGE * PITCH_S + 2 * EDGE] =
          gradient(gradients[own + 2 * EDGE * PITCH_S + 2 * EDGE], p22, delta2, scale);
      gradients[own + 2 * EDGE * PITCH_S + 3 * EDGE] =
          gradient(gradients[own + 2 * EDGE * PITCH_S + 3 * EDGE], p23, delta2, scale);
      gradients[own + 3 * EDGE * PITCH_S] =
          gradient(gradients[own + 3 * EDGE * PITCH_S], p30, delta3, scale);
      gradients[own + 3 * EDGE * PITCH_S + EDGE] =
          gradient(gradients[own + 3 * EDGE * PITCH_S + EDGE], p31, delta3, scale);
      gradients[own + 3 * EDGE * PITCH_S + 2 * EDGE] =
          gradient(gradients[own + 3 * EDGE * PITCH_S + 2 * EDGE], p32, delta3, scale);
      gradients[own + 3 * EDGE * PITCH_S + 3 * EDGE] =
          gradient(gradients[own + 3 * EDGE * PITCH_S + 3 * EDGE], p33, delta3, scale);
      for (int depth = 0; depth < TILE; depth += DEPTH) {
        int line = from + depth + y;
        int atWide = fromK + (from + depth + y) * strideK + firstColumn + x;
        float w0 = element(memory, atWide, line, past, firstColumn + x, size);
        float w1 = element(memory, atWide + EDGE, line, past, firstColumn + x + EDGE, size);
        float w2 = element(memory, atWide + 2 * EDGE, line, past, firstColumn + x + 2 * EDGE, size);
        float w3 = element(memory, atWide + 3 * EDGE, line, past, firstColumn + x + 3 * EDGE, size);
        float w4 = element(memory, atWide + 4 * EDGE, line, past, firstColumn + x + 4 * EDGE, size);
        float w5 = element(memory, atWide + 5 * EDGE, line, past, firstColumn + x + 5 * EDGE, size);
        float w6 = element(memory, atWide + 6 * EDGE, line, past, firstColumn + x + 6 * EDGE, size);
        float w7 = element(memory, atWide + 7 * EDGE, line, past, firstColumn + x + 7 * EDGE, size);
        context.localBarrier();
        int to = y * PITCH_V + x;
        wide[to] = w0;
        wide[to + EDGE] = w1;
        wide[to + 2 * EDGE] = w2;
        wide[to + 3 * EDGE] = w3;
        wide[to + 4 * EDGE] = w4;
        wide[to + 5 * EDGE] = w5;
        wide[to + 6 * EDGE] = w6;
        wide[to + 7 * EDGE] = w7;
        context.localBarrier();
        for (int i = 0; i < DEPTH; i++) {
          int weight = y * PITCH_S + depth + i;
          int v = i * PITCH_V + x;
          float a0 = gradients[weight];
          float a1 = gradients[weight + EDGE * PITCH_S];
          float a2 = gradients[weight + 2 * EDGE * PITCH_S];
          float a3 = gradients[weight + 3 * EDGE * PITCH_S];
          float b0 = wide[v];
          float b1 = wide[v + EDGE];
          float b2 = wide[v + 2 * EDGE];
          float b3 = wide[v + 3 * EDGE];
          float b4 = wide[v + 4 * EDGE];
          float b5 = wide[v + 5 * EDGE];
          float b6 = wide[v + 6 * EDGE];
          float b7 = wide[v + 7 * EDGE];
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
    int to = ints.get(at + 10) + row * strideTo + head * size;
    int column = firstColumn + x;
    store(memory, to, column, size, row, rows, o00);
    store(memory, to, column + EDGE, size, row, rows, o01);
    store(memory, to, column + 2 * EDGE, size, row, rows, o02);
    store(memory, to, column + 3 * EDGE, size, row, rows, o03);
    store(memory, to, column + 4 * EDGE, size, row, rows, o04);
    store(memory, to, column + 5 * EDGE, size, row, rows, o05);
    store(memory, to, column + 6 * EDGE, size, row, rows, o06);
    store(memory, to, column + 7 * EDGE, size, row, rows, o07);
    int to1 = to + EDGE * strideTo;
    store(memory, to1, column, size, row + EDGE, rows, o10);
    store(memory, to1, column + EDGE, size, row + EDGE, rows, o11);
    store(memory, to1, column + 2 * EDGE, size, row + EDGE, rows, o12);
    store(memory, to1, column + 3 * EDGE, size, row + EDGE, rows, o13);
    store(memory, to1, column + 4 * EDGE, size, row + EDGE, rows, o14);
    store(memory, to1, column + 5 * EDGE, size, row + EDGE, rows, o15);
    store(memory, to1, column + 6 * EDGE, size, row + EDGE, rows, o16);
    store(memory, to1, column + 7 * EDGE, size, row + EDGE, rows, o17);
    int to2 = to + 2 * EDGE * strideTo;
    store(memory, to2, column, size, row + 2 * EDGE, rows, o20);
    store(memory, to2, column + EDGE, size, row + 2 * EDGE, rows, o21);
    store(memory, to2, column + 2 * EDGE, size, row + 2 * EDGE, rows, o22);
    store(memory, to2, column + 3 * EDGE, size, row + 2 * EDGE, rows, o23);
    store(memory, to2, column + 4 * EDGE, size, row + 2 * EDGE, rows, o24);
    store(memory, to2, column + 5 * EDGE, size, row + 2 * EDGE, rows, o25);
    store(memory, to2, column + 6 * EDGE, size, row + 2 * EDGE, rows, o26);
    store(memory, to2, column + 7 * EDGE, size, row + 2 * EDGE, rows, o27);
    int to3 = to + 3 * EDGE * strideTo;
    store(memory, to3, column, size, row + 3 * EDGE, rows, o30);
    store(memory, to3, column + EDGE, size, row + 3 * EDGE, rows, o31);
    store(memory, to3, column + 2 * EDGE, size, row + 3 * EDGE, rows, o32);
    store(memory, to3, column + 3 * EDGE, size, row + 3 * EDGE, rows, o33);
    store(memory, to3, column + 4 * EDGE, size, row + 3 * EDGE, rows, o34);
    store(memory, to3, column + 5 * EDGE, size, row + 3 * EDGE, rows, o35);
    store(memory, to3, column + 6 * EDGE, size, row + 3 * EDGE, rows, o36);
    store(memory, to3, column + 7 * EDGE, size, row + 3 * EDGE, rows, o37);
  }

  /// The number of a row and head, 0 past the last row.
  static float perRow(FloatArray memory, int at, int heads, int row, int rows) {
    float number = 0;
    if (row < rows) {
      number = memory.get(at + row * heads);
    }
    return number;
  }
}
