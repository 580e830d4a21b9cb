package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/// [MatMul] for large products: more than one element of c per thread (Volkov and Demmel 2008, doi 10.1109/SC.2008.5214359).
///
/// A work-group of EDGE x EDGE threads computes TILE x TILE elements of c, 4 x 4 a thread, in registers: rows y, y + EDGE, ... and
/// columns x, x + EDGE, .... Per step along K a thread reads 4 + 4 floats of local memory for 16 multiplications, where [MatMul]
/// reads 2 for one: local memory gives a warp one float per thread and cycle, so it allows a half of a GPU's multiplications instead
/// of an eighth. Each element of op(a) and op(b) is read from global memory once per TILE rows or columns of c.
///
/// Both tiles lie with K outside. A row of PITCH floats keeps threads that walk along K while they fill a tile on different banks.
/// Threads walk along whichever stride is 1, so that neighbours read neighbours in each of the four transpositions.
///
/// Integers and reals as [MatMul].
public final class MatMulBlocks {
  /// Edge of the part of c that a work-group computes.
  public static final int TILE = 64;

  /// Edge of a work-group.
  public static final int EDGE = 16;

  /// Tiles of c from which on this is taken: with fewer, most of a GPU's processors would have nothing to do.
  private static final int FEWEST_TILES = 48;

  /// Steps along K between two barriers.
  private static final int DEPTH = 16;

  /// Floats from one step along K to the next in local memory.
  private static final int PITCH = TILE + 2;

  /// Rows of threads that walk across a tile together.
  private static final int ACROSS = TILE / EDGE;

  private MatMulBlocks() {}

  /// Whether this is the better choice for a product with m x n elements; where less than half a tile is used, it isn't.
  public static boolean suits(int m, int n) {
    return m > MatMul.TILE && n > MatMul.TILE && tiles(m) * tiles(n) >= FEWEST_TILES;
  }

  /// Tiles that cover `n` rows or columns.
  public static long tiles(long n) {
    return (n + TILE - 1) / TILE;
  }

  private static float element(FloatArray memory, int from, boolean exists) {
    float element = 0;
    if (exists) {
      element = memory.get(from);
    }
    return element;
  }

  private static float element(
      ShortArray b, int base, int format, FloatArray memory, int index, boolean exists) {
    float element = 0;
    if (exists) {
      element = Stored.get(b, base, format, memory, index);
    }
    return element;
  }

  private static void store(
      FloatArray memory,
      int to,
      int m,
      int n,
      int row,
      int column,
      float alpha,
      float beta,
      float sum) {
    if (row < m && column < n) {
      float before = 0;
      if (beta != 0) {
        before = beta * memory.get(to + row * n + column);
      }
      memory.set(to + row * n + column, alpha * sum + before);
    }
  }

  /// b in F32. Runs on one work-group of EDGE x EDGE threads per tile, columns first.
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] tileB = context.allocateFloatLocalArray(DEPTH * PITCH);
    int x = context.localIdx;
    int y = context.localIdy;
    int firstRow = context.groupIdy * TILE;
    int firstColumn = context.groupIdx * TILE;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int aColumn = ints.get(at + 5);
    int bRow = ints.get(at + 7);
    // Which four elements of op(a) this thread brings: neighbours walk along K, or along rows if
    // those are dense;
    int rowA = firstRow + y;
    int depthA = x;
    int toA = x * PITCH + y;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = firstRow + y % ACROSS * EDGE + x;
      depthA = y / ACROSS;
      toA = depthA * PITCH + y % ACROSS * EDGE + x;
      rowStepA = 0;
      depthStepA = EDGE / ACROSS;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = rowStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toStepA = depthStepA * PITCH + rowStepA;
    // and which of op(b): along K, or along columns.
    int columnB = firstColumn + y;
    int depthB = x;
    int toB = x * PITCH + y;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = firstColumn + y % ACROSS * EDGE + x;
      depthB = y / ACROSS;
      toB = depthB * PITCH + y % ACROSS * EDGE + x;
      columnStepB = 0;
      depthStepB = EDGE / ACROSS;
    }
    int fromB = ints.get(at + 6) + columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = columnStepB * ints.get(at + 8) + depthStepB * bRow;
    int toStepB = depthStepB * PITCH + columnStepB;
    float a0 = element(memory, fromA, rowA < m && depthA < k);
    float a1 = element(memory, fromA + stepA, rowA + rowStepA < m && depthA + depthStepA < k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA < m && depthA + 2 * depthStepA < k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA < m && depthA + 3 * depthStepA < k);
    float e0 = element(memory, fromB, columnB < n && depthB < k);
    float e1 = element(memory, fromB + stepB, columnB + columnStepB < n && depthB + depthStepB < k);
    float e2 =
        element(
            memory,
            fromB + 2 * stepB,
            columnB + 2 * columnStepB < n && depthB + 2 * depthStepB < k);
    float e3 =
        element(
            memory,
            fromB + 3 * stepB,
            columnB + 3 * columnStepB < n && depthB + 3 * depthStepB < k);
    float c00 = 0;
    float c01 = 0;
    float c02 = 0;
    float c03 = 0;
    float c10 = 0;
    float c11 = 0;
    float c12 = 0;
    float c13 = 0;
    float c20 = 0;
    float c21 = 0;
    float c22 = 0;
    float c23 = 0;
    float c30 = 0;
    float c31 = 0;
    float c32 = 0;
    float c33 = 0;
    for (int from = 0; from < k; from += DEPTH) {
      context.localBarrier();
      tileA[toA] = a0;
      tileA[toA + toStepA] = a1;
      tileA[toA + 2 * toStepA] = a2;
      tileA[toA + 3 * toStepA] = a3;
      tileB[toB] = e0;
      tileB[toB + toStepB] = e1;
      tileB[toB + 2 * toStepB] = e2;
      tileB[toB + 3 * toStepB] = e3;
      context.localBarrier();
      // The next four of each, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA < m && depthA < k);
      a1 = element(memory, fromA + stepA, rowA + rowStepA < m && depthA + depthStepA < k);
      a2 =
          element(
              memory, fromA + 2 * stepA, rowA + 2 * rowStepA < m && depthA + 2 * depthStepA < k);
      a3 =
          element(
              memory, fromA + 3 * stepA, rowA + 3 * rowStepA < m && depthA + 3 * depthStepA < k);
      e0 = element(memory, fromB, columnB < n && depthB < k);
      e1 = element(memory, fromB + stepB, columnB + columnStepB < n && depthB + depthStepB < k);
      e2 =
          element(
              memory,
              fromB + 2 * stepB,
              columnB + 2 * columnStepB < n && depthB + 2 * depthStepB < k);
      e3 =
          element(
              memory,
              fromB + 3 * stepB,
              columnB + 3 * columnStepB < n && depthB + 3 * depthStepB < k);
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH + y;
        int column = i * PITCH + x;
        float p0 = tileA[row];
        float p1 = tileA[row + EDGE];
        float p2 = tileA[row + 2 * EDGE];
        float p3 = tileA[row + 3 * EDGE];
        float q0 = tileB[column];
        float q1 = tileB[column + EDGE];
        float q2 = tileB[column + 2 * EDGE];
        float q3 = tileB[column + 3 * EDGE];
        c00 += p0 * q0;
        c01 += p0 * q1;
        c02 += p0 * q2;
        c03 += p0 * q3;
        c10 += p1 * q0;
        c11 += p1 * q1;
        c12 += p1 * q2;
        c13 += p1 * q3;
        c20 += p2 * q0;
        c21 += p2 * q1;
        c22 += p2 * q2;
        c23 += p2 * q3;
        c30 += p3 * q0;
        c31 += p3 * q1;
        c32 += p3 * q2;
        c33 += p3 * q3;
      }
    }
    float alpha = reals.get(realAt);
    float beta = reals.get(realAt + 1);
    int to = ints.get(at + 9);
    int row = firstRow + y;
    int column = firstColumn + x;
    store(memory, to, m, n, row, column, alpha, beta, c00);
    store(memory, to, m, n, row, column + EDGE, alpha, beta, c01);
    store(memory, to, m, n, row, column + 2 * EDGE, alpha, beta, c02);
    store(memory, to, m, n, row, column + 3 * EDGE, alpha, beta, c03);
    store(memory, to, m, n, row + EDGE, column, alpha, beta, c10);
    store(memory, to, m, n, row + EDGE, column + EDGE, alpha, beta, c11);
    store(memory, to, m, n, row + EDGE, column + 2 * EDGE, alpha, beta, c12);
    store(memory, to, m, n, row + EDGE, column + 3 * EDGE, alpha, beta, c13);
    store(memory, to, m, n, row + 2 * EDGE, column, alpha, beta, c20);
    store(memory, to, m, n, row + 2 * EDGE, column + EDGE, alpha, beta, c21);
    store(memory, to, m, n, row + 2 * EDGE, column + 2 * EDGE, alpha, beta, c22);
    store(memory, to, m, n, row + 2 * EDGE, column + 3 * EDGE, alpha, beta, c23);
    store(memory, to, m, n, row + 3 * EDGE, column, alpha, beta, c30);
    store(memory, to, m, n, row + 3 * EDGE, column + EDGE, alpha, beta, c31);
    store(memory, to, m, n, row + 3 * EDGE, column + 2 * EDGE, alpha, beta, c32);
    store(memory, to, m, n, row + 3 * EDGE, column + 3 * EDGE, alpha, beta, c33);
  }

  /// b as it is stored; its strides are in elements. Runs on the same threads.
  public static void stored(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      ShortArray b,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(DEPTH * PITCH);
    float[] tileB = context.allocateFloatLocalArray(DEPTH * PITCH);
    int x = context.localIdx;
    int y = context.localIdy;
    int firstRow = context.groupIdy * TILE;
    int firstColumn = context.groupIdx * TILE;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int aColumn = ints.get(at + 5);
    int bRow = ints.get(at + 7);
    int base = ints.get(at + 6);
    int format = ints.get(at + 10);
    // Which four elements of op(a) this thread brings: neighbours walk along K, or along rows if
    // those are dense;
    int rowA = firstRow + y;
    int depthA = x;
    int toA = x * PITCH + y;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = firstRow + y % ACROSS * EDGE + x;
      depthA = y / ACROSS;
      toA = depthA * PITCH + y % ACROSS * EDGE + x;
      rowStepA = 0;
      depthStepA = EDGE / ACROSS;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = rowStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toStepA = depthStepA * PITCH + rowStepA;
    // and which of op(b): along K, or along columns.
    int columnB = firstColumn + y;
    int depthB = x;
    int toB = x * PITCH + y;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = firstColumn + y % ACROSS * EDGE + x;
      depthB = y / ACROSS;
      toB = depthB * PITCH + y % ACROSS * EDGE + x;
      columnStepB = 0;
      depthStepB = EDGE / ACROSS;
    }
    int fromB = columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = columnStepB * ints.get(at + 8) + depthStepB * bRow;
    int toStepB = depthStepB * PITCH + columnStepB;
    float a0 = element(memory, fromA, rowA < m && depthA < k);
    float a1 = element(memory, fromA + stepA, rowA + rowStepA < m && depthA + depthStepA < k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA < m && depthA + 2 * depthStepA < k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA < m && depthA + 3 * depthStepA < k);
    float e0 = element(b, base, format, memory, fromB, columnB < n && depthB < k);
    float e1 =
        element(
            b,
            base,
            format,
            memory,
            fromB + stepB,
            columnB + columnStepB < n && depthB + depthStepB < k);
    float e2 =
        element(
            b,
            base,
            format,
            memory,
            fromB + 2 * stepB,
            columnB + 2 * columnStepB < n && depthB + 2 * depthStepB < k);
    float e3 =
        element(
            b,
            base,
            format,
            memory,
            fromB + 3 * stepB,
            columnB + 3 * columnStepB < n && depthB + 3 * depthStepB < k);
    float c00 = 0;
    float c01 = 0;
    float c02 = 0;
    float c03 = 0;
    float c10 = 0;
    float c11 = 0;
    float c12 = 0;
    float c13 = 0;
    float c20 = 0;
    float c21 = 0;
    float c22 = 0;
    float c23 = 0;
    float c30 = 0;
    float c31 = 0;
    float c32 = 0;
    float c33 = 0;
    for (int from = 0; from < k; from += DEPTH) {
      context.localBarrier();
      tileA[toA] = a0;
      tileA[toA + toStepA] = a1;
      tileA[toA + 2 * toStepA] = a2;
      tileA[toA + 3 * toStepA] = a3;
      tileB[toB] = e0;
      tileB[toB + toStepB] = e1;
      tileB[toB + 2 * toStepB] = e2;
      tileB[toB + 3 * toStepB] = e3;
      context.localBarrier();
      // The next four of each, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA < m && depthA < k);
      a1 = element(memory, fromA + stepA, rowA + rowStepA < m && depthA + depthStepA < k);
      a2 =
          element(
              memory, fromA + 2 * stepA, rowA + 2 * rowStepA < m && depthA + 2 * depthStepA < k);
      a3 =
          element(
              memory, fromA + 3 * stepA, rowA + 3 * rowStepA < m && depthA + 3 * depthStepA < k);
      e0 = element(b, base, format, memory, fromB, columnB < n && depthB < k);
      e1 =
          element(
              b,
              base,
              format,
              memory,
              fromB + stepB,
              columnB + columnStepB < n && depthB + depthStepB < k);
      e2 =
          element(
              b,
              base,
              format,
              memory,
              fromB + 2 * stepB,
              columnB + 2 * columnStepB < n && depthB + 2 * depthStepB < k);
      e3 =
          element(
              b,
              base,
              format,
              memory,
              fromB + 3 * stepB,
              columnB + 3 * columnStepB < n && depthB + 3 * depthStepB < k);
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH + y;
        int column = i * PITCH + x;
        float p0 = tileA[row];
        float p1 = tileA[row + EDGE];
        float p2 = tileA[row + 2 * EDGE];
        float p3 = tileA[row + 3 * EDGE];
        float q0 = tileB[column];
        float q1 = tileB[column + EDGE];
        float q2 = tileB[column + 2 * EDGE];
        float q3 = tileB[column + 3 * EDGE];
        c00 += p0 * q0;
        c01 += p0 * q1;
        c02 += p0 * q2;
        c03 += p0 * q3;
        c10 += p1 * q0;
        c11 += p1 * q1;
        c12 += p1 * q2;
        c13 += p1 * q3;
        c20 += p2 * q0;
        c21 += p2 * q1;
        c22 += p2 * q2;
        c23 += p2 * q3;
        c30 += p3 * q0;
        c31 += p3 * q1;
        c32 += p3 * q2;
        c33 += p3 * q3;
      }
    }
    float alpha = reals.get(realAt);
    float beta = reals.get(realAt + 1);
    int to = ints.get(at + 9);
    int row = firstRow + y;
    int column = firstColumn + x;
    store(memory, to, m, n, row, column, alpha, beta, c00);
    store(memory, to, m, n, row, column + EDGE, alpha, beta, c01);
    store(memory, to, m, n, row, column + 2 * EDGE, alpha, beta, c02);
    store(memory, to, m, n, row, column + 3 * EDGE, alpha, beta, c03);
    store(memory, to, m, n, row + EDGE, column, alpha, beta, c10);
    store(memory, to, m, n, row + EDGE, column + EDGE, alpha, beta, c11);
    store(memory, to, m, n, row + EDGE, column + 2 * EDGE, alpha, beta, c12);
    store(memory, to, m, n, row + EDGE, column + 3 * EDGE, alpha, beta, c13);
    store(memory, to, m, n, row + 2 * EDGE, column, alpha, beta, c20);
    store(memory, to, m, n, row + 2 * EDGE, column + EDGE, alpha, beta, c21);
    store(memory, to, m, n, row + 2 * EDGE, column + 2 * EDGE, alpha, beta, c22);
    store(memory, to, m, n, row + 2 * EDGE, column + 3 * EDGE, alpha, beta, c23);
    store(memory, to, m, n, row + 3 * EDGE, column, alpha, beta, c30);
    store(memory, to, m, n, row + 3 * EDGE, column + EDGE, alpha, beta, c31);
    store(memory, to, m, n, row + 3 * EDGE, column + 2 * EDGE, alpha, beta, c32);
    store(memory, to, m, n, row + 3 * EDGE, column + 3 * EDGE, alpha, beta, c33);
  }
}
