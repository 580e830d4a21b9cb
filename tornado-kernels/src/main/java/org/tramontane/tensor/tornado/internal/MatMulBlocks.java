package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// [MatMul] for large products: more than one element of c per thread (Volkov and Demmel 2008, doi 10.1109/SC.2008.5214359).
///
/// A work-group of EDGE x EDGE threads computes ROWS x COLUMNS elements of c, 8 x 4 a thread, in registers: rows y, y + EDGE, ... and
/// columns x, x + EDGE, .... Per step along K a thread reads 8 + 4 floats of local memory for 32 multiplications, where [MatMul]
/// reads 8 for 16. On a GPU whose local memory gives 32 floats a cycle to 128 lanes that multiply, such as an H100, that allows two
/// thirds of the multiplications instead of half. Each element of op(a) is read from global memory once per COLUMNS
/// columns of c, and each of op(b) once per ROWS rows: weights that have to be looked up are on the side that is read less often.
///
/// Both tiles lie with K outside; PITCH keeps threads that walk along K while they fill a tile on different banks. Threads walk
/// along whichever stride is 1, so that neighbours read neighbours in each of the four transpositions. The elements of the next step
/// are read into registers before this one is multiplied, so that the way to global memory and back takes no time of its own.
///
/// Integers and reals as [MatMul].
public final class MatMulBlocks {
  /// Rows of c that a work-group computes.
  public static final int ROWS = 128;

  /// Columns of c that a work-group computes.
  public static final int COLUMNS = 64;

  /// Edge of a work-group.
  public static final int EDGE = 16;

  /// Blocks of c from which on this is taken: with fewer, a GPU of about a hundred processors is quicker with the smaller tiles of
  /// [MatMul], of which there are eight times as many.
  private static final int FEWEST_BLOCKS = 96;

  /// Steps along K between two barriers.
  private static final int DEPTH = 16;

  /// Floats from one step along K to the next in local memory, of op(a).
  private static final int PITCH_A = ROWS + 2;

  /// Floats from one step along K to the next in local memory, of op(b).
  private static final int PITCH_B = COLUMNS + 2;

  /// Rows of threads that walk together along the rows of a block of op(a), where those are dense.
  private static final int ABREAST_A = ROWS / EDGE;

  /// Rows of threads that walk together along the columns of a block of op(b), where those are dense.
  private static final int ABREAST_B = COLUMNS / EDGE;

  private MatMulBlocks() {}

  /// Whether this is the better choice for a product with m x n elements: there are enough blocks, and more than a quarter of each is
  /// used. It depends on nothing else, so that the same shapes give the same bits.
  public static boolean suits(int m, int n) {
    return m > ROWS / 4 && n > COLUMNS / 4 && down(m) * across(n) >= FEWEST_BLOCKS;
  }

  /// Blocks that cover m rows.
  public static long down(long m) {
    return (m + ROWS - 1) / ROWS;
  }

  /// Blocks that cover n columns.
  public static long across(long n) {
    return (n + COLUMNS - 1) / COLUMNS;
  }

  private static float element(FloatArray memory, int from, int row, int rows, int depth, int k) {
    float element = 0;
    if (row < rows && depth < k) {
      element = memory.get(from);
    }
    return element;
  }

  static float element(
      IntArray b,
      int base,
      int format,
      FloatArray memory,
      int index,
      int column,
      int columns,
      int depth,
      int k) {
    float element = 0;
    if (column < columns && depth < k) {
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

  /// b in F32. Runs on a work-group of EDGE x EDGE threads per block: across(n) groups times down(m).
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    float[] tileA = context.allocateFloatLocalArray(DEPTH * PITCH_A);
    float[] tileB = context.allocateFloatLocalArray(DEPTH * PITCH_B);
    int x = context.localIdx;
    int y = context.localIdy;
    int firstRow = context.groupIdy * ROWS;
    int firstColumn = context.groupIdx * COLUMNS;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int aColumn = ints.get(at + 5);
    int bRow = ints.get(at + 7);
    // Which elements of op(a) this thread brings: neighbours walk along K, or along rows if those
    // are dense;
    int rowA = firstRow + y;
    int depthA = x;
    int toA = x * PITCH_A + y;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = firstRow + y % ABREAST_A * EDGE + x;
      depthA = y / ABREAST_A;
      toA = depthA * PITCH_A + y % ABREAST_A * EDGE + x;
      rowStepA = 0;
      depthStepA = EDGE / ABREAST_A;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = rowStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toStepA = depthStepA * PITCH_A + rowStepA;
    // and which of op(b): along K, or along columns.
    int columnB = firstColumn + y;
    int depthB = x;
    int toB = x * PITCH_B + y;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = firstColumn + y % ABREAST_B * EDGE + x;
      depthB = y / ABREAST_B;
      toB = depthB * PITCH_B + y % ABREAST_B * EDGE + x;
      columnStepB = 0;
      depthStepB = EDGE / ABREAST_B;
    }
    int fromB = ints.get(at + 6) + columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = columnStepB * ints.get(at + 8) + depthStepB * bRow;
    int toStepB = depthStepB * PITCH_B + columnStepB;
    float a0 = element(memory, fromA, rowA, m, depthA, k);
    float a1 = element(memory, fromA + stepA, rowA + rowStepA, m, depthA + depthStepA, k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA, m, depthA + 2 * depthStepA, k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA, m, depthA + 3 * depthStepA, k);
    float a4 =
        element(memory, fromA + 4 * stepA, rowA + 4 * rowStepA, m, depthA + 4 * depthStepA, k);
    float a5 =
        element(memory, fromA + 5 * stepA, rowA + 5 * rowStepA, m, depthA + 5 * depthStepA, k);
    float a6 =
        element(memory, fromA + 6 * stepA, rowA + 6 * rowStepA, m, depthA + 6 * depthStepA, k);
    float a7 =
        element(memory, fromA + 7 * stepA, rowA + 7 * rowStepA, m, depthA + 7 * depthStepA, k);
    float e0 = element(memory, fromB, columnB, n, depthB, k);
    float e1 = element(memory, fromB + stepB, columnB + columnStepB, n, depthB + depthStepB, k);
    float e2 =
        element(
            memory, fromB + 2 * stepB, columnB + 2 * columnStepB, n, depthB + 2 * depthStepB, k);
    float e3 =
        element(
            memory, fromB + 3 * stepB, columnB + 3 * columnStepB, n, depthB + 3 * depthStepB, k);
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
    float c40 = 0;
    float c41 = 0;
    float c42 = 0;
    float c43 = 0;
    float c50 = 0;
    float c51 = 0;
    float c52 = 0;
    float c53 = 0;
    float c60 = 0;
    float c61 = 0;
    float c62 = 0;
    float c63 = 0;
    float c70 = 0;
    float c71 = 0;
    float c72 = 0;
    float c73 = 0;
    for (int from = 0; from < k; from += DEPTH) {
      context.localBarrier();
      tileA[toA] = a0;
      tileA[toA + toStepA] = a1;
      tileA[toA + 2 * toStepA] = a2;
      tileA[toA + 3 * toStepA] = a3;
      tileA[toA + 4 * toStepA] = a4;
      tileA[toA + 5 * toStepA] = a5;
      tileA[toA + 6 * toStepA] = a6;
      tileA[toA + 7 * toStepA] = a7;
      tileB[toB] = e0;
      tileB[toB + toStepB] = e1;
      tileB[toB + 2 * toStepB] = e2;
      tileB[toB + 3 * toStepB] = e3;
      context.localBarrier();
      // The next ones, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA, m, depthA, k);
      a1 = element(memory, fromA + stepA, rowA + rowStepA, m, depthA + depthStepA, k);
      a2 = element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA, m, depthA + 2 * depthStepA, k);
      a3 = element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA, m, depthA + 3 * depthStepA, k);
      a4 = element(memory, fromA + 4 * stepA, rowA + 4 * rowStepA, m, depthA + 4 * depthStepA, k);
      a5 = element(memory, fromA + 5 * stepA, rowA + 5 * rowStepA, m, depthA + 5 * depthStepA, k);
      a6 = element(memory, fromA + 6 * stepA, rowA + 6 * rowStepA, m, depthA + 6 * depthStepA, k);
      a7 = element(memory, fromA + 7 * stepA, rowA + 7 * rowStepA, m, depthA + 7 * depthStepA, k);
      e0 = element(memory, fromB, columnB, n, depthB, k);
      e1 = element(memory, fromB + stepB, columnB + columnStepB, n, depthB + depthStepB, k);
      e2 =
          element(
              memory, fromB + 2 * stepB, columnB + 2 * columnStepB, n, depthB + 2 * depthStepB, k);
      e3 =
          element(
              memory, fromB + 3 * stepB, columnB + 3 * columnStepB, n, depthB + 3 * depthStepB, k);
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH_A + y;
        int column = i * PITCH_B + x;
        float p0 = tileA[row];
        float p1 = tileA[row + EDGE];
        float p2 = tileA[row + 2 * EDGE];
        float p3 = tileA[row + 3 * EDGE];
        float p4 = tileA[row + 4 * EDGE];
        float p5 = tileA[row + 5 * EDGE];
        float p6 = tileA[row + 6 * EDGE];
        float p7 = tileA[row + 7 * EDGE];
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
        c40 += p4 * q0;
        c41 += p4 * q1;
        c42 += p4 * q2;
        c43 += p4 * q3;
        c50 += p5 * q0;
        c51 += p5 * q1;
        c52 += p5 * q2;
        c53 += p5 * q3;
        c60 += p6 * q0;
        c61 += p6 * q1;
        c62 += p6 * q2;
        c63 += p6 * q3;
        c70 += p7 * q0;
        c71 += p7 * q1;
        c72 += p7 * q2;
        c73 += p7 * q3;
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
    store(memory, to, m, n, row + 4 * EDGE, column, alpha, beta, c40);
    store(memory, to, m, n, row + 4 * EDGE, column + EDGE, alpha, beta, c41);
    store(memory, to, m, n, row + 4 * EDGE, column + 2 * EDGE, alpha, beta, c42);
    store(memory, to, m, n, row + 4 * EDGE, column + 3 * EDGE, alpha, beta, c43);
    store(memory, to, m, n, row + 5 * EDGE, column, alpha, beta, c50);
    store(memory, to, m, n, row + 5 * EDGE, column + EDGE, alpha, beta, c51);
    store(memory, to, m, n, row + 5 * EDGE, column + 2 * EDGE, alpha, beta, c52);
    store(memory, to, m, n, row + 5 * EDGE, column + 3 * EDGE, alpha, beta, c53);
    store(memory, to, m, n, row + 6 * EDGE, column, alpha, beta, c60);
    store(memory, to, m, n, row + 6 * EDGE, column + EDGE, alpha, beta, c61);
    store(memory, to, m, n, row + 6 * EDGE, column + 2 * EDGE, alpha, beta, c62);
    store(memory, to, m, n, row + 6 * EDGE, column + 3 * EDGE, alpha, beta, c63);
    store(memory, to, m, n, row + 7 * EDGE, column, alpha, beta, c70);
    store(memory, to, m, n, row + 7 * EDGE, column + EDGE, alpha, beta, c71);
    store(memory, to, m, n, row + 7 * EDGE, column + 2 * EDGE, alpha, beta, c72);
    store(memory, to, m, n, row + 7 * EDGE, column + 3 * EDGE, alpha, beta, c73);
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
    float[] tileA = context.allocateFloatLocalArray(DEPTH * PITCH_A);
    float[] tileB = context.allocateFloatLocalArray(DEPTH * PITCH_B);
    int x = context.localIdx;
    int y = context.localIdy;
    int firstRow = context.groupIdy * ROWS;
    int firstColumn = context.groupIdx * COLUMNS;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int aColumn = ints.get(at + 5);
    int bRow = ints.get(at + 7);
    int base = ints.get(at + 6);
    int format = ints.get(at + 10);
    // Which elements of op(a) this thread brings: neighbours walk along K, or along rows if those
    // are dense;
    int rowA = firstRow + y;
    int depthA = x;
    int toA = x * PITCH_A + y;
    int rowStepA = EDGE;
    int depthStepA = 0;
    if (aColumn != 1) {
      rowA = firstRow + y % ABREAST_A * EDGE + x;
      depthA = y / ABREAST_A;
      toA = depthA * PITCH_A + y % ABREAST_A * EDGE + x;
      rowStepA = 0;
      depthStepA = EDGE / ABREAST_A;
    }
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = rowStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toStepA = depthStepA * PITCH_A + rowStepA;
    // and which of op(b): along K, or along columns.
    int columnB = firstColumn + y;
    int depthB = x;
    int toB = x * PITCH_B + y;
    int columnStepB = EDGE;
    int depthStepB = 0;
    if (bRow != 1) {
      columnB = firstColumn + y % ABREAST_B * EDGE + x;
      depthB = y / ABREAST_B;
      toB = depthB * PITCH_B + y % ABREAST_B * EDGE + x;
      columnStepB = 0;
      depthStepB = EDGE / ABREAST_B;
    }
    int fromB = columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = columnStepB * ints.get(at + 8) + depthStepB * bRow;
    int toStepB = depthStepB * PITCH_B + columnStepB;
    float a0 = element(memory, fromA, rowA, m, depthA, k);
    float a1 = element(memory, fromA + stepA, rowA + rowStepA, m, depthA + depthStepA, k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA, m, depthA + 2 * depthStepA, k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA, m, depthA + 3 * depthStepA, k);
    float a4 =
        element(memory, fromA + 4 * stepA, rowA + 4 * rowStepA, m, depthA + 4 * depthStepA, k);
    float a5 =
        element(memory, fromA + 5 * stepA, rowA + 5 * rowStepA, m, depthA + 5 * depthStepA, k);
    float a6 =
        element(memory, fromA + 6 * stepA, rowA + 6 * rowStepA, m, depthA + 6 * depthStepA, k);
    float a7 =
        element(memory, fromA + 7 * stepA, rowA + 7 * rowStepA, m, depthA + 7 * depthStepA, k);
    float e0 = element(b, base, format, memory, fromB, columnB, n, depthB, k);
    float e1 =
        element(
            b,
            base,
            format,
            memory,
            fromB + stepB,
            columnB + columnStepB,
            n,
            depthB + depthStepB,
            k);
    float e2 =
        element(
            b,
            base,
            format,
            memory,
            fromB + 2 * stepB,
            columnB + 2 * columnStepB,
            n,
            depthB + 2 * depthStepB,
            k);
    float e3 =
        element(
            b,
            base,
            format,
            memory,
            fromB + 3 * stepB,
            columnB + 3 * columnStepB,
            n,
            depthB + 3 * depthStepB,
            k);
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
    float c40 = 0;
    float c41 = 0;
    float c42 = 0;
    float c43 = 0;
    float c50 = 0;
    float c51 = 0;
    float c52 = 0;
    float c53 = 0;
    float c60 = 0;
    float c61 = 0;
    float c62 = 0;
    float c63 = 0;
    float c70 = 0;
    float c71 = 0;
    float c72 = 0;
    float c73 = 0;
    for (int from = 0; from < k; from += DEPTH) {
      context.localBarrier();
      tileA[toA] = a0;
      tileA[toA + toStepA] = a1;
      tileA[toA + 2 * toStepA] = a2;
      tileA[toA + 3 * toStepA] = a3;
      tileA[toA + 4 * toStepA] = a4;
      tileA[toA + 5 * toStepA] = a5;
      tileA[toA + 6 * toStepA] = a6;
      tileA[toA + 7 * toStepA] = a7;
      tileB[toB] = e0;
      tileB[toB + toStepB] = e1;
      tileB[toB + 2 * toStepB] = e2;
      tileB[toB + 3 * toStepB] = e3;
      context.localBarrier();
      // The next ones, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA, m, depthA, k);
      a1 = element(memory, fromA + stepA, rowA + rowStepA, m, depthA + depthStepA, k);
      a2 = element(memory, fromA + 2 * stepA, rowA + 2 * rowStepA, m, depthA + 2 * depthStepA, k);
      a3 = element(memory, fromA + 3 * stepA, rowA + 3 * rowStepA, m, depthA + 3 * depthStepA, k);
      a4 = element(memory, fromA + 4 * stepA, rowA + 4 * rowStepA, m, depthA + 4 * depthStepA, k);
      a5 = element(memory, fromA + 5 * stepA, rowA + 5 * rowStepA, m, depthA + 5 * depthStepA, k);
      a6 = element(memory, fromA + 6 * stepA, rowA + 6 * rowStepA, m, depthA + 6 * depthStepA, k);
      a7 = element(memory, fromA + 7 * stepA, rowA + 7 * rowStepA, m, depthA + 7 * depthStepA, k);
      e0 = element(b, base, format, memory, fromB, columnB, n, depthB, k);
      e1 =
          element(
              b,
              base,
              format,
              memory,
              fromB + stepB,
              columnB + columnStepB,
              n,
              depthB + depthStepB,
              k);
      e2 =
          element(
              b,
              base,
              format,
              memory,
              fromB + 2 * stepB,
              columnB + 2 * columnStepB,
              n,
              depthB + 2 * depthStepB,
              k);
      e3 =
          element(
              b,
              base,
              format,
              memory,
              fromB + 3 * stepB,
              columnB + 3 * columnStepB,
              n,
              depthB + 3 * depthStepB,
              k);
      for (int i = 0; i < DEPTH; i++) {
        int row = i * PITCH_A + y;
        int column = i * PITCH_B + x;
        float p0 = tileA[row];
        float p1 = tileA[row + EDGE];
        float p2 = tileA[row + 2 * EDGE];
        float p3 = tileA[row + 3 * EDGE];
        float p4 = tileA[row + 4 * EDGE];
        float p5 = tileA[row + 5 * EDGE];
        float p6 = tileA[row + 6 * EDGE];
        float p7 = tileA[row + 7 * EDGE];
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
        c40 += p4 * q0;
        c41 += p4 * q1;
        c42 += p4 * q2;
        c43 += p4 * q3;
        c50 += p5 * q0;
        c51 += p5 * q1;
        c52 += p5 * q2;
        c53 += p5 * q3;
        c60 += p6 * q0;
        c61 += p6 * q1;
        c62 += p6 * q2;
        c63 += p6 * q3;
        c70 += p7 * q0;
        c71 += p7 * q1;
        c72 += p7 * q2;
        c73 += p7 * q3;
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
    store(memory, to, m, n, row + 4 * EDGE, column, alpha, beta, c40);
    store(memory, to, m, n, row + 4 * EDGE, column + EDGE, alpha, beta, c41);
    store(memory, to, m, n, row + 4 * EDGE, column + 2 * EDGE, alpha, beta, c42);
    store(memory, to, m, n, row + 4 * EDGE, column + 3 * EDGE, alpha, beta, c43);
    store(memory, to, m, n, row + 5 * EDGE, column, alpha, beta, c50);
    store(memory, to, m, n, row + 5 * EDGE, column + EDGE, alpha, beta, c51);
    store(memory, to, m, n, row + 5 * EDGE, column + 2 * EDGE, alpha, beta, c52);
    store(memory, to, m, n, row + 5 * EDGE, column + 3 * EDGE, alpha, beta, c53);
    store(memory, to, m, n, row + 6 * EDGE, column, alpha, beta, c60);
    store(memory, to, m, n, row + 6 * EDGE, column + EDGE, alpha, beta, c61);
    store(memory, to, m, n, row + 6 * EDGE, column + 2 * EDGE, alpha, beta, c62);
    store(memory, to, m, n, row + 6 * EDGE, column + 3 * EDGE, alpha, beta, c63);
    store(memory, to, m, n, row + 7 * EDGE, column, alpha, beta, c70);
    store(memory, to, m, n, row + 7 * EDGE, column + EDGE, alpha, beta, c71);
    store(memory, to, m, n, row + 7 * EDGE, column + 2 * EDGE, alpha, beta, c72);
    store(memory, to, m, n, row + 7 * EDGE, column + 3 * EDGE, alpha, beta, c73);
  }
}
