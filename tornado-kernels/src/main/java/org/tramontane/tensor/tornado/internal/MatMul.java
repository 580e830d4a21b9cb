package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `c = alpha * op(a) op(b) + beta * c` with a and c in F32 and b in F32 or as it is stored.
///
/// A work-group of TILE x TILE threads computes as many elements of c, one each. It walks along K in steps of TILE: every thread
/// brings one element of op(a) and one of op(b) into local memory, where each is then read by TILE threads: so global memory is
/// read TILE times less often than without tiles (Ryoo et al. 2008, doi 10.1145/1345206.1345220).
///
/// A transposition is a pair of strides: element (i, k) of op(a) is at `i * aRow + k * aColumn`, where one of the two is 1. Past
/// the edges a tile is filled with zeros, so that every thread passes every barrier.
///
/// Integers: m, n, k; offset, row and column stride of a; the same of b; offset of c; format of b. Reals: alpha, beta; with beta 0,
/// c is not read and may hold anything.
public final class MatMul {
  /// Edge of a tile, and of a work-group.
  public static final int TILE = 16;

  private MatMul() {}

  /// b in F32. Runs on n threads times m, each rounded up to whole tiles.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(TILE * TILE);
    float[] tileB = context.allocateFloatLocalArray(TILE * TILE);
    int column = context.globalIdx;
    int row = context.globalIdy;
    int x = context.localIdx;
    int y = context.localIdy;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int strideA = ints.get(at + 5);
    int fromB = ints.get(at + 6) + column * ints.get(at + 8);
    int strideB = ints.get(at + 7);
    int tiles = (k + TILE - 1) / TILE;
    float sum = 0;
    for (int t = 0; t < tiles; t++) {
      int kA = t * TILE + x;
      int kB = t * TILE + y;
      float elementA = 0;
      if (row < m && kA < k) {
        elementA = memory.get(fromA + kA * strideA);
      }
      float elementB = 0;
      if (column < n && kB < k) {
        elementB = memory.get(fromB + kB * strideB);
      }
      tileA[y * TILE + x] = elementA;
      tileB[y * TILE + x] = elementB;
      context.localBarrier();
      for (int i = 0; i < TILE; i++) {
        sum += tileA[y * TILE + i] * tileB[i * TILE + x];
      }
      context.localBarrier();
    }
    if (row < m && column < n) {
      int to = ints.get(at + 9) + row * n + column;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sum + before);
    }
  }

  /// b as it is stored; its strides are in elements. Runs on the same threads.
  public static void stored(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      IntArray b,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(TILE * TILE);
    float[] tileB = context.allocateFloatLocalArray(TILE * TILE);
    int column = context.globalIdx;
    int row = context.globalIdy;
    int x = context.localIdx;
    int y = context.localIdy;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int fromA = ints.get(at + 3) + row * ints.get(at + 4);
    int strideA = ints.get(at + 5);
    int baseB = ints.get(at + 6);
    int fromB = column * ints.get(at + 8);
    int strideB = ints.get(at + 7);
    int format = ints.get(at + 10);
    int tiles = (k + TILE - 1) / TILE;
    float sum = 0;
    for (int t = 0; t < tiles; t++) {
      int kA = t * TILE + x;
      int kB = t * TILE + y;
      float elementA = 0;
      if (row < m && kA < k) {
        elementA = memory.get(fromA + kA * strideA);
      }
      float elementB = 0;
      if (column < n && kB < k) {
        elementB = Stored.get(b, baseB, format, memory, fromB + kB * strideB);
      }
      tileA[y * TILE + x] = elementA;
      tileB[y * TILE + x] = elementB;
      context.localBarrier();
      for (int i = 0; i < TILE; i++) {
        sum += tileA[y * TILE + i] * tileB[i * TILE + x];
      }
      context.localBarrier();
    }
    if (row < m && column < n) {
      int to = ints.get(at + 9) + row * n + column;
      float before = 0;
      if (reals.get(realAt + 1) != 0) {
        before = reals.get(realAt + 1) * memory.get(to);
      }
      memory.set(to, reals.get(realAt) * sum + before);
    }
  }
}
