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

  /// Elements of each tile that a thread brings.
  private static final int EACH = TILE * DEPTH / (EDGE * EDGE);

  private MatMulBlocks() {}

  /// Whether this is the better choice for a product with m x n elements; where less than half a tile is used, it isn't.
  public static boolean suits(int m, int n) {
    return m > MatMul.TILE && n > MatMul.TILE && tiles(m) * tiles(n) >= FEWEST_TILES;
  }

  /// Tiles that cover `n` rows or columns.
  public static long tiles(long n) {
    return (n + TILE - 1) / TILE;
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
    int fromA = ints.get(at + 3);
    int aRow = ints.get(at + 4);
    int aColumn = ints.get(at + 5);
    int fromB = ints.get(at + 6);
    int bRow = ints.get(at + 7);
    int bColumn = ints.get(at + 8);
    // What this thread brings: neighbours walk along K, or along the rows of op(a) if those are dense;
    int rowA = y;
    int depthA = x;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = y % ACROSS * EDGE + x;
      depthA = y / ACROSS;
      rowStepA = 0;
      depthStepA = EDGE / ACROSS;
    }
    // and of op(b) along K, or along its columns.
    int columnB = y;
    int depthB = x;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = y % ACROSS * EDGE + x;
      depthB = y / ACROSS;
      columnStepB = 0;
      depthStepB = EDGE / ACROSS;
    }
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
      for (int s = 0; s < EACH; s++) {
        int row = rowA + s * rowStepA;
        int depth = depthA + s * depthStepA;
        float element = 0;
        if (firstRow + row < m && from + depth < k) {
          element = memory.get(fromA + (firstRow + row) * aRow + (from + depth) * aColumn);
        }
        tileA[depth * PITCH + row] = element;
      }
      for (int s = 0; s < EACH; s++) {
        int column = columnB + s * columnStepB;
        int depth = depthB + s * depthStepB;
        float element = 0;
        if (firstColumn + column < n && from + depth < k) {
          element =
              memory.get(fromB + (from + depth) * bRow + (firstColumn + column) * bColumn);
        }
        tileB[depth * PITCH + column] = element;
      }
      context.localBarrier();
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH + y;
        int column = i * PITCH + x;
        float a0 = tileA[row];
        float a1 = tileA[row + EDGE];
        float a2 = tileA[row + 2 * EDGE];
        float a3 = tileA[row + 3 * EDGE];
        float e0 = tileB[column];
        float e1 = tileB[column + EDGE];
        float e2 = tileB[column + 2 * EDGE];
        float e3 = tileB[column + 3 * EDGE];
        c00 += a0 * e0;
        c01 += a0 * e1;
        c02 += a0 * e2;
        c03 += a0 * e3;
        c10 += a1 * e0;
        c11 += a1 * e1;
        c12 += a1 * e2;
        c13 += a1 * e3;
        c20 += a2 * e0;
        c21 += a2 * e1;
        c22 += a2 * e2;
        c23 += a2 * e3;
        c30 += a3 * e0;
        c31 += a3 * e1;
        c32 += a3 * e2;
        c33 += a3 * e3;
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
    int fromA = ints.get(at + 3);
    int aRow = ints.get(at + 4);
    int aColumn = ints.get(at + 5);
    int fromB = ints.get(at + 6);
    int bRow = ints.get(at + 7);
    int bColumn = ints.get(at + 8);
    int format = ints.get(at + 10);
    // What this thread brings: neighbours walk along K, or along the rows of op(a) if those are dense;
    int rowA = y;
    int depthA = x;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = y % ACROSS * EDGE + x;
      depthA = y / ACROSS;
      rowStepA = 0;
      depthStepA = EDGE / ACROSS;
    }
    // and of op(b) along K, or along its columns.
    int columnB = y;
    int depthB = x;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = y % ACROSS * EDGE + x;
      depthB = y / ACROSS;
      columnStepB = 0;
      depthStepB = EDGE / ACROSS;
    }
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
      for (int s = 0; s < EACH; s++) {
        int row = rowA + s * rowStepA;
        int depth = depthA + s * depthStepA;
        float element = 0;
        if (firstRow + row < m && from + depth < k) {
          element = memory.get(fromA + (firstRow + row) * aRow + (from + depth) * aColumn);
        }
        tileA[depth * PITCH + row] = element;
      }
      for (int s = 0; s < EACH; s++) {
        int column = columnB + s * columnStepB;
        int depth = depthB + s * depthStepB;
        float element = 0;
        if (firstColumn + column < n && from + depth < k) {
          int index = (from + depth) * bRow + (firstColumn + column) * bColumn;
          element = Stored.get(b, fromB, format, memory, index);
        }
        tileB[depth * PITCH + column] = element;
      }
      context.localBarrier();
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH + y;
        int column = i * PITCH + x;
        float a0 = tileA[row];
        float a1 = tileA[row + EDGE];
        float a2 = tileA[row + 2 * EDGE];
        float a3 = tileA[row + 3 * EDGE];
        float e0 = tileB[column];
        float e1 = tileB[column + EDGE];
        float e2 = tileB[column + 2 * EDGE];
        float e3 = tileB[column + 3 * EDGE];
        c00 += a0 * e0;
        c01 += a0 * e1;
        c02 += a0 * e2;
        c03 += a0 * e3;
        c10 += a1 * e0;
        c11 += a1 * e1;
        c12 += a1 * e2;
        c13 += a1 * e3;
        c20 += a2 * e0;
        c21 += a2 * e1;
        c22 += a2 * e2;
        c23 += a2 * e3;
        c30 += a3 * e0;
        c31 += a3 * e1;
        c32 += a3 * e2;
        c33 += a3 * e3;
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
