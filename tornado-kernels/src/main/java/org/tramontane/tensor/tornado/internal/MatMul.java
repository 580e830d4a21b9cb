package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/// `c = alpha * op(a) op(b) + beta * c` in F32.
///
/// A work-group of TILE x TILE threads computes as many elements of c, one each. It walks along K in steps of TILE: every thread
/// brings one element of op(a) and one of op(b) into local memory, where each is then read by TILE threads: so global memory is
/// read TILE times less often than without tiles (Ryoo et al. 2008, doi 10.1145/1345206.1345220).
///
/// A transposition is a pair of strides: element (i, k) of op(a) is at `i * aRow + k * aColumn`, where one of the two is 1. Past
/// the edges a tile is filled with zeros, so that every thread passes every barrier.
public final class MatMul {
  /// Edge of a tile, and of a work-group.
  public static final int TILE = 16;

  private MatMul() {}

  /// Runs on n threads times m, each rounded up to whole tiles, in work-groups of [#TILE] x [#TILE].
  ///
  /// @param m rows of op(a) and c
  /// @param n columns of op(b) and c
  /// @param k columns of op(a), rows of op(b)
  /// @param beta with 0, c is not read and may hold anything
  public static void run(
      KernelContext context,
      FloatArray a,
      int aRow,
      int aColumn,
      FloatArray b,
      int bRow,
      int bColumn,
      FloatArray c,
      int m,
      int n,
      int k,
      float alpha,
      float beta) {
    float[] tileA = context.allocateFloatLocalArray(TILE * TILE);
    float[] tileB = context.allocateFloatLocalArray(TILE * TILE);
    int column = context.globalIdx;
    int row = context.globalIdy;
    int x = context.localIdx;
    int y = context.localIdy;
    int tiles = (k + TILE - 1) / TILE;
    float sum = 0;
    for (int t = 0; t < tiles; t++) {
      int kA = t * TILE + x;
      int kB = t * TILE + y;
      float fromA = 0;
      if (row < m && kA < k) {
        fromA = a.get(row * aRow + kA * aColumn);
      }
      float fromB = 0;
      if (column < n && kB < k) {
        fromB = b.get(kB * bRow + column * bColumn);
      }
      tileA[y * TILE + x] = fromA;
      tileB[y * TILE + x] = fromB;
      context.localBarrier();
      for (int i = 0; i < TILE; i++) {
        sum += tileA[y * TILE + i] * tileB[i * TILE + x];
      }
      context.localBarrier();
    }
    if (row < m && column < n) {
      float before = 0;
      if (beta != 0) {
        before = beta * c.get(row * n + column);
      }
      c.set(row * n + column, alpha * sum + before);
    }
  }
}
