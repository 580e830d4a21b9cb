package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `c = alpha * op(a) op(b) + beta * c` with a and c in F32 and b in F32 or as it is stored.
///
/// A work-group of TILE x TILE threads computes as many elements of c, one each. It walks along K in steps of TILE: every thread
/// brings one element of op(a) and one of op(b) into local memory, where each is then read by TILE threads: so global memory is
/// read TILE times less often than without tiles (Ryoo et al. 2008, doi 10.1145/1345206.1345220). [MatMulBlocks] does better where
/// there is enough of c to keep a device busy with larger pieces.
///
/// A transposition is a pair of strides: element (i, k) of op(a) is at `i * aRow + k * aColumn`, where one of the two is 1; along that
/// one neighbouring threads bring neighbouring elements, and PITCH keeps them on different banks of local memory. Past
/// the edges a tile is filled with zeros, so that every thread passes every barrier.
///
/// Integers: m, n, k; offset, row and column stride of a; the same of b; offset of c; format of b. Reals: alpha, beta; with beta 0,
/// c is not read and may hold anything.
public final class MatMul {
  /// Edge of a tile, and of a work-group.
  public static final int TILE = 16;

  /// Floats from one row of a tile to the next in local memory.
  private static final int PITCH = TILE + 1;

  private MatMul() {}

  /// b in F32. Runs on n threads times m, each rounded up to whole tiles.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(TILE * PITCH);
    float[] tileB = context.allocateFloatLocalArray(TILE * PITCH);
    int x = context.localIdx;
    int y = context.localIdy;
    int column = context.groupIdx * TILE + x;
    int row = context.groupIdy * TILE + y;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int strideA = ints.get(at + 5);
    int strideB = ints.get(at + 7);
    int rowA = row;
    int kA = x;
    int toA = y * PITCH + x;
    if (strideA != 1) {
      rowA = row - y + x;
      kA = y;
      toA = x * PITCH + y;
    }
    int columnB = column;
    int kB = y;
    int toB = y * PITCH + x;
    if (strideB == 1) {
      columnB = column - x + y;
      kB = x;
      toB = x * PITCH + y;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4);
    int fromB = ints.get(at + 6) + columnB * ints.get(at + 8);
    float sum = 0;
    for (int from = 0; from < k; from += TILE) {
      float elementA = 0;
      if (rowA < m && from + kA < k) {
        elementA = memory.get(fromA + (from + kA) * strideA);
      }
      float elementB = 0;
      if (columnB < n && from + kB < k) {
        elementB = memory.get(fromB + (from + kB) * strideB);
      }
      context.localBarrier();
      tileA[toA] = elementA;
      tileB[toB] = elementB;
      context.localBarrier();
      for (int i = 0; i < TILE; i++) {
        sum += tileA[y * PITCH + i] * tileB[i * PITCH + x];
      }
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
    float[] tileA = context.allocateFloatLocalArray(TILE * PITCH);
    float[] tileB = context.allocateFloatLocalArray(TILE * PITCH);
    int x = context.localIdx;
    int y = context.localIdy;
    int column = context.groupIdx * TILE + x;
    int row = context.groupIdy * TILE + y;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int strideA = ints.get(at + 5);
    int strideB = ints.get(at + 7);
    int base = ints.get(at + 6);
    int format = ints.get(at + 10);
    int rowA = row;
    int kA = x;
    int toA = y * PITCH + x;
    if (strideA != 1) {
      rowA = row - y + x;
      kA = y;
      toA = x * PITCH + y;
    }
    int columnB = column;
    int kB = y;
    int toB = y * PITCH + x;
    if (strideB == 1) {
      columnB = column - x + y;
      kB = x;
      toB = x * PITCH + y;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4);
    int fromB = columnB * ints.get(at + 8);
    float sum = 0;
    for (int from = 0; from < k; from += TILE) {
      float elementA = 0;
      if (rowA < m && from + kA < k) {
        elementA = memory.get(fromA + (from + kA) * strideA);
      }
      float elementB = 0;
      if (columnB < n && from + kB < k) {
        elementB = Stored.get(b, base, format, memory, fromB + (from + kB) * strideB);
      }
      context.localBarrier();
      tileA[toA] = elementA;
      tileB[toB] = elementB;
      context.localBarrier();
      for (int i = 0; i < TILE; i++) {
        sum += tileA[y * PITCH + i] * tileB[i * PITCH + x];
      }
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
