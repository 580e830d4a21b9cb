package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// `c = alpha * op(a) op(b) + beta * c` with a and c in F32 and b in F32 or as it is stored.
///
/// A work-group of EDGE x EDGE threads computes TILE x TILE elements of c. It walks along K in steps of DEPTH: every thread brings 8
/// elements of op(a) and 8 of op(b) into local memory, where each is then read by many: so global memory is read TILE times less
/// often than without tiles (Ryoo et al. 2008, doi 10.1145/1345206.1345220). The threads are SLICES teams that share each step's
/// columns of op(a) between them; in a team a thread computes 4 x 4 elements in registers, 8 floats of local memory for 16
/// multiplications, and in the end the teams' sums are added in order. So even a product with few elements, as a batch of prompts or
/// of new tokens has it, makes many work-groups that each have much to read at a time. [MatMulBlocks] does better where there is
/// enough of c to keep a device busy with larger pieces.
///
/// A transposition is a pair of strides: element (i, k) of op(a) is at `i * aRow + k * aColumn`, where one of the two is 1; along that
/// one neighbouring threads bring neighbouring elements, and PITCH keeps them on different banks of local memory. Past the edges a
/// tile is filled with zeros, so that every thread passes every barrier.
///
/// Integers: m, n, k; offset, row and column stride of a; the same of b; offset of c; format of b. Reals: alpha, beta; with beta 0,
/// c is not read and may hold anything.
public final class MatMul {
  /// Edge of the part of c that a work-group computes.
  public static final int TILE = 32;

  /// Edge of a work-group.
  public static final int EDGE = 16;

  /// Steps along K between two barriers.
  private static final int DEPTH = 64;

  /// Teams that share the steps between two barriers.
  private static final int SLICES = 4;

  /// Rows of threads of a team.
  private static final int TEAM = EDGE / SLICES;

  /// Rows of c from one of a thread's four to the next, and columns.
  private static final int STEP = TILE / 4;

  /// Floats from one step along K to the next in local memory, and from one row of c.
  private static final int PITCH = TILE + 1;

  /// Rows of threads that walk together along a row of a tile, where that is dense.
  private static final int ABREAST = TILE / EDGE;

  private MatMul() {}

  /// Tiles that cover n rows or columns.
  public static long tiles(long n) {
    return (n + TILE - 1) / TILE;
  }

  private static float element(FloatArray memory, int from, int row, int rows, int depth, int k) {
    float element = 0;
    if (row < rows && depth < k) {
      element = memory.get(from);
    }
    return element;
  }

  /// b in F32. Runs on a work-group of EDGE x EDGE threads per tile: tiles(n) groups times tiles(m).
  public static void run(
      KernelContext context,
      int at,
      IntArray ints,
      int realAt,
      FloatArray reals,
      FloatArray memory) {
    // First the two tiles, in the end the teams' sums.
    float[] local = context.allocateFloatLocalArray(2 * DEPTH * PITCH);
    int x = context.localIdx;
    int y = context.localIdy;
    int firstRow = context.groupIdy * TILE;
    int firstColumn = context.groupIdx * TILE;
    int m = ints.get(at);
    int n = ints.get(at + 1);
    int k = ints.get(at + 2);
    int aColumn = ints.get(at + 5);
    int bRow = ints.get(at + 7);
    // Which elements of op(a) this thread brings: neighbours walk along K, or along rows if those
    // are dense;
    int lineA = y / TEAM;
    int depthA = y % TEAM * EDGE + x;
    int lineStepA = TEAM;
    int depthStepA = 0;
    if (aColumn != 1) {
      lineA = y % ABREAST * EDGE + x;
      depthA = y / ABREAST;
      lineStepA = 0;
      depthStepA = EDGE / ABREAST;
    }
    int rowA = firstRow + lineA;
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = lineStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toA = depthA * PITCH + lineA;
    int toStepA = depthStepA * PITCH + lineStepA;
    // and which of op(b): along K, or along columns.
    int lineB = y / TEAM;
    int depthB = y % TEAM * EDGE + x;
    int lineStepB = TEAM;
    int depthStepB = 0;
    if (bRow != 1) {
      lineB = y % ABREAST * EDGE + x;
      depthB = y / ABREAST;
      lineStepB = 0;
      depthStepB = EDGE / ABREAST;
    }
    int columnB = firstColumn + lineB;
    int fromB = ints.get(at + 6) + columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = lineStepB * ints.get(at + 8) + depthStepB * bRow;
    int toB = (DEPTH + depthB) * PITCH + lineB;
    int toStepB = depthStepB * PITCH + lineStepB;
    int team = y / TEAM;
    int inRow = y % TEAM * 2 + x / STEP;
    int inColumn = x % STEP;
    float a0 = element(memory, fromA, rowA, m, depthA, k);
    float a1 = element(memory, fromA + stepA, rowA + lineStepA, m, depthA + depthStepA, k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * lineStepA, m, depthA + 2 * depthStepA, k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * lineStepA, m, depthA + 3 * depthStepA, k);
    float a4 =
        element(memory, fromA + 4 * stepA, rowA + 4 * lineStepA, m, depthA + 4 * depthStepA, k);
    float a5 =
        element(memory, fromA + 5 * stepA, rowA + 5 * lineStepA, m, depthA + 5 * depthStepA, k);
    float a6 =
        element(memory, fromA + 6 * stepA, rowA + 6 * lineStepA, m, depthA + 6 * depthStepA, k);
    float a7 =
        element(memory, fromA + 7 * stepA, rowA + 7 * lineStepA, m, depthA + 7 * depthStepA, k);
    float e0 = element(memory, fromB, columnB, n, depthB, k);
    float e1 = element(memory, fromB + stepB, columnB + lineStepB, n, depthB + depthStepB, k);
    float e2 =
        element(memory, fromB + 2 * stepB, columnB + 2 * lineStepB, n, depthB + 2 * depthStepB, k);
    float e3 =
        element(memory, fromB + 3 * stepB, columnB + 3 * lineStepB, n, depthB + 3 * depthStepB, k);
    float e4 =
        element(memory, fromB + 4 * stepB, columnB + 4 * lineStepB, n, depthB + 4 * depthStepB, k);
    float e5 =
        element(memory, fromB + 5 * stepB, columnB + 5 * lineStepB, n, depthB + 5 * depthStepB, k);
    float e6 =
        element(memory, fromB + 6 * stepB, columnB + 6 * lineStepB, n, depthB + 6 * depthStepB, k);
    float e7 =
        element(memory, fromB + 7 * stepB, columnB + 7 * lineStepB, n, depthB + 7 * depthStepB, k);
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
      local[toA] = a0;
      local[toA + toStepA] = a1;
      local[toA + 2 * toStepA] = a2;
      local[toA + 3 * toStepA] = a3;
      local[toA + 4 * toStepA] = a4;
      local[toA + 5 * toStepA] = a5;
      local[toA + 6 * toStepA] = a6;
      local[toA + 7 * toStepA] = a7;
      local[toB] = e0;
      local[toB + toStepB] = e1;
      local[toB + 2 * toStepB] = e2;
      local[toB + 3 * toStepB] = e3;
      local[toB + 4 * toStepB] = e4;
      local[toB + 5 * toStepB] = e5;
      local[toB + 6 * toStepB] = e6;
      local[toB + 7 * toStepB] = e7;
      context.localBarrier();
      // The next ones, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA, m, depthA, k);
      a1 = element(memory, fromA + stepA, rowA + lineStepA, m, depthA + depthStepA, k);
      a2 = element(memory, fromA + 2 * stepA, rowA + 2 * lineStepA, m, depthA + 2 * depthStepA, k);
      a3 = element(memory, fromA + 3 * stepA, rowA + 3 * lineStepA, m, depthA + 3 * depthStepA, k);
      a4 = element(memory, fromA + 4 * stepA, rowA + 4 * lineStepA, m, depthA + 4 * depthStepA, k);
      a5 = element(memory, fromA + 5 * stepA, rowA + 5 * lineStepA, m, depthA + 5 * depthStepA, k);
      a6 = element(memory, fromA + 6 * stepA, rowA + 6 * lineStepA, m, depthA + 6 * depthStepA, k);
      a7 = element(memory, fromA + 7 * stepA, rowA + 7 * lineStepA, m, depthA + 7 * depthStepA, k);
      e0 = element(memory, fromB, columnB, n, depthB, k);
      e1 = element(memory, fromB + stepB, columnB + lineStepB, n, depthB + depthStepB, k);
      e2 =
          element(
              memory, fromB + 2 * stepB, columnB + 2 * lineStepB, n, depthB + 2 * depthStepB, k);
      e3 =
          element(
              memory, fromB + 3 * stepB, columnB + 3 * lineStepB, n, depthB + 3 * depthStepB, k);
      e4 =
          element(
              memory, fromB + 4 * stepB, columnB + 4 * lineStepB, n, depthB + 4 * depthStepB, k);
      e5 =
          element(
              memory, fromB + 5 * stepB, columnB + 5 * lineStepB, n, depthB + 5 * depthStepB, k);
      e6 =
          element(
              memory, fromB + 6 * stepB, columnB + 6 * lineStepB, n, depthB + 6 * depthStepB, k);
      e7 =
          element(
              memory, fromB + 7 * stepB, columnB + 7 * lineStepB, n, depthB + 7 * depthStepB, k);
      for (int i = 0; i < DEPTH / SLICES; i++) {
        int row = (team * (DEPTH / SLICES) + i) * PITCH + inRow;
        int column = (DEPTH + team * (DEPTH / SLICES) + i) * PITCH + inColumn;
        float p0 = local[row];
        float p1 = local[row + STEP];
        float p2 = local[row + 2 * STEP];
        float p3 = local[row + 3 * STEP];
        float q0 = local[column];
        float q1 = local[column + STEP];
        float q2 = local[column + 2 * STEP];
        float q3 = local[column + 3 * STEP];
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
    context.localBarrier();
    int own = (team * TILE + inRow) * PITCH + inColumn;
    local[own] = c00;
    local[own + STEP] = c01;
    local[own + 2 * STEP] = c02;
    local[own + 3 * STEP] = c03;
    local[own + STEP * PITCH] = c10;
    local[own + STEP * PITCH + STEP] = c11;
    local[own + STEP * PITCH + 2 * STEP] = c12;
    local[own + STEP * PITCH + 3 * STEP] = c13;
    local[own + 2 * STEP * PITCH] = c20;
    local[own + 2 * STEP * PITCH + STEP] = c21;
    local[own + 2 * STEP * PITCH + 2 * STEP] = c22;
    local[own + 2 * STEP * PITCH + 3 * STEP] = c23;
    local[own + 3 * STEP * PITCH] = c30;
    local[own + 3 * STEP * PITCH + STEP] = c31;
    local[own + 3 * STEP * PITCH + 2 * STEP] = c32;
    local[own + 3 * STEP * PITCH + 3 * STEP] = c33;
    context.localBarrier();
    int column = y % ABREAST * EDGE + x;
    for (int row = y / ABREAST; row < TILE; row += EDGE / ABREAST) {
      float sum = 0;
      for (int i = 0; i < SLICES; i++) {
        sum += local[(i * TILE + row) * PITCH + column];
      }
      if (firstRow + row < m && firstColumn + column < n) {
        int to = ints.get(at + 9) + (firstRow + row) * n + firstColumn + column;
        float before = 0;
        if (reals.get(realAt + 1) != 0) {
          before = reals.get(realAt + 1) * memory.get(to);
        }
        memory.set(to, reals.get(realAt) * sum + before);
      }
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
    // First the two tiles, in the end the teams' sums.
    float[] local = context.allocateFloatLocalArray(2 * DEPTH * PITCH);
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
    // Which elements of op(a) this thread brings: neighbours walk along K, or along rows if those
    // are dense;
    int lineA = y / TEAM;
    int depthA = y % TEAM * EDGE + x;
    int lineStepA = TEAM;
    int depthStepA = 0;
    if (aColumn != 1) {
      lineA = y % ABREAST * EDGE + x;
      depthA = y / ABREAST;
      lineStepA = 0;
      depthStepA = EDGE / ABREAST;
    }
    int rowA = firstRow + lineA;
    int fromA = ints.get(at + 3) + rowA * ints.get(at + 4) + depthA * aColumn;
    int stepA = lineStepA * ints.get(at + 4) + depthStepA * aColumn;
    int toA = depthA * PITCH + lineA;
    int toStepA = depthStepA * PITCH + lineStepA;
    // and which of op(b): along K, or along columns.
    int lineB = y / TEAM;
    int depthB = y % TEAM * EDGE + x;
    int lineStepB = TEAM;
    int depthStepB = 0;
    if (bRow != 1) {
      lineB = y % ABREAST * EDGE + x;
      depthB = y / ABREAST;
      lineStepB = 0;
      depthStepB = EDGE / ABREAST;
    }
    int columnB = firstColumn + lineB;
    int fromB = columnB * ints.get(at + 8) + depthB * bRow;
    int stepB = lineStepB * ints.get(at + 8) + depthStepB * bRow;
    int toB = (DEPTH + depthB) * PITCH + lineB;
    int toStepB = depthStepB * PITCH + lineStepB;
    int team = y / TEAM;
    int inRow = y % TEAM * 2 + x / STEP;
    int inColumn = x % STEP;
    float a0 = element(memory, fromA, rowA, m, depthA, k);
    float a1 = element(memory, fromA + stepA, rowA + lineStepA, m, depthA + depthStepA, k);
    float a2 =
        element(memory, fromA + 2 * stepA, rowA + 2 * lineStepA, m, depthA + 2 * depthStepA, k);
    float a3 =
        element(memory, fromA + 3 * stepA, rowA + 3 * lineStepA, m, depthA + 3 * depthStepA, k);
    float a4 =
        element(memory, fromA + 4 * stepA, rowA + 4 * lineStepA, m, depthA + 4 * depthStepA, k);
    float a5 =
        element(memory, fromA + 5 * stepA, rowA + 5 * lineStepA, m, depthA + 5 * depthStepA, k);
    float a6 =
        element(memory, fromA + 6 * stepA, rowA + 6 * lineStepA, m, depthA + 6 * depthStepA, k);
    float a7 =
        element(memory, fromA + 7 * stepA, rowA + 7 * lineStepA, m, depthA + 7 * depthStepA, k);
    float e0 = MatMulBlocks.element(b, base, format, memory, fromB, columnB, n, depthB, k);
    float e1 =
        MatMulBlocks.element(
            b, base, format, memory, fromB + stepB, columnB + lineStepB, n, depthB + depthStepB, k);
    float e2 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 2 * stepB,
            columnB + 2 * lineStepB,
            n,
            depthB + 2 * depthStepB,
            k);
    float e3 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 3 * stepB,
            columnB + 3 * lineStepB,
            n,
            depthB + 3 * depthStepB,
            k);
    float e4 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 4 * stepB,
            columnB + 4 * lineStepB,
            n,
            depthB + 4 * depthStepB,
            k);
    float e5 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 5 * stepB,
            columnB + 5 * lineStepB,
            n,
            depthB + 5 * depthStepB,
            k);
    float e6 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 6 * stepB,
            columnB + 6 * lineStepB,
            n,
            depthB + 6 * depthStepB,
            k);
    float e7 =
        MatMulBlocks.element(
            b,
            base,
            format,
            memory,
            fromB + 7 * stepB,
            columnB + 7 * lineStepB,
            n,
            depthB + 7 * depthStepB,
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
    for (int from = 0; from < k; from += DEPTH) {
      context.localBarrier();
      local[toA] = a0;
      local[toA + toStepA] = a1;
      local[toA + 2 * toStepA] = a2;
      local[toA + 3 * toStepA] = a3;
      local[toA + 4 * toStepA] = a4;
      local[toA + 5 * toStepA] = a5;
      local[toA + 6 * toStepA] = a6;
      local[toA + 7 * toStepA] = a7;
      local[toB] = e0;
      local[toB + toStepB] = e1;
      local[toB + 2 * toStepB] = e2;
      local[toB + 3 * toStepB] = e3;
      local[toB + 4 * toStepB] = e4;
      local[toB + 5 * toStepB] = e5;
      local[toB + 6 * toStepB] = e6;
      local[toB + 7 * toStepB] = e7;
      context.localBarrier();
      // The next ones, under way while these are multiplied.
      fromA += DEPTH * aColumn;
      depthA += DEPTH;
      fromB += DEPTH * bRow;
      depthB += DEPTH;
      a0 = element(memory, fromA, rowA, m, depthA, k);
      a1 = element(memory, fromA + stepA, rowA + lineStepA, m, depthA + depthStepA, k);
      a2 = element(memory, fromA + 2 * stepA, rowA + 2 * lineStepA, m, depthA + 2 * depthStepA, k);
      a3 = element(memory, fromA + 3 * stepA, rowA + 3 * lineStepA, m, depthA + 3 * depthStepA, k);
      a4 = element(memory, fromA + 4 * stepA, rowA + 4 * lineStepA, m, depthA + 4 * depthStepA, k);
      a5 = element(memory, fromA + 5 * stepA, rowA + 5 * lineStepA, m, depthA + 5 * depthStepA, k);
      a6 = element(memory, fromA + 6 * stepA, rowA + 6 * lineStepA, m, depthA + 6 * depthStepA, k);
      a7 = element(memory, fromA + 7 * stepA, rowA + 7 * lineStepA, m, depthA + 7 * depthStepA, k);
      e0 = MatMulBlocks.element(b, base, format, memory, fromB, columnB, n, depthB, k);
      e1 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + stepB,
              columnB + lineStepB,
              n,
              depthB + depthStepB,
              k);
      e2 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 2 * stepB,
              columnB + 2 * lineStepB,
              n,
              depthB + 2 * depthStepB,
              k);
      e3 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 3 * stepB,
              columnB + 3 * lineStepB,
              n,
              depthB + 3 * depthStepB,
              k);
      e4 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 4 * stepB,
              columnB + 4 * lineStepB,
              n,
              depthB + 4 * depthStepB,
              k);
      e5 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 5 * stepB,
              columnB + 5 * lineStepB,
              n,
              depthB + 5 * depthStepB,
              k);
      e6 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 6 * stepB,
              columnB + 6 * lineStepB,
              n,
              depthB + 6 * depthStepB,
              k);
      e7 =
          MatMulBlocks.element(
              b,
              base,
              format,
              memory,
              fromB + 7 * stepB,
              columnB + 7 * lineStepB,
              n,
              depthB + 7 * depthStepB,
              k);
      for (int i = 0; i < DEPTH / SLICES; i++) {
        int row = (team * (DEPTH / SLICES) + i) * PITCH + inRow;
        int column = (DEPTH + team * (DEPTH / SLICES) + i) * PITCH + inColumn;
        float p0 = local[row];
        float p1 = local[row + STEP];
        float p2 = local[row + 2 * STEP];
        float p3 = local[row + 3 * STEP];
        float q0 = local[column];
        float q1 = local[column + STEP];
        float q2 = local[column + 2 * STEP];
        float q3 = local[column + 3 * STEP];
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
    context.localBarrier();
    int own = (team * TILE + inRow) * PITCH + inColumn;
    local[own] = c00;
    local[own + STEP] = c01;
    local[own + 2 * STEP] = c02;
    local[own + 3 * STEP] = c03;
    local[own + STEP * PITCH] = c10;
    local[own + STEP * PITCH + STEP] = c11;
    local[own + STEP * PITCH + 2 * STEP] = c12;
    local[own + STEP * PITCH + 3 * STEP] = c13;
    local[own + 2 * STEP * PITCH] = c20;
    local[own + 2 * STEP * PITCH + STEP] = c21;
    local[own + 2 * STEP * PITCH + 2 * STEP] = c22;
    local[own + 2 * STEP * PITCH + 3 * STEP] = c23;
    local[own + 3 * STEP * PITCH] = c30;
    local[own + 3 * STEP * PITCH + STEP] = c31;
    local[own + 3 * STEP * PITCH + 2 * STEP] = c32;
    local[own + 3 * STEP * PITCH + 3 * STEP] = c33;
    context.localBarrier();
    int column = y % ABREAST * EDGE + x;
    for (int row = y / ABREAST; row < TILE; row += EDGE / ABREAST) {
      float sum = 0;
      for (int i = 0; i < SLICES; i++) {
        sum += local[(i * TILE + row) * PITCH + column];
      }
      if (firstRow + row < m && firstColumn + column < n) {
        int to = ints.get(at + 9) + (firstRow + row) * n + firstColumn + column;
        float before = 0;
        if (reals.get(realAt + 1) != 0) {
          before = reals.get(realAt + 1) * memory.get(to);
        }
        memory.set(to, reals.get(realAt) * sum + before);
      }
    }
  }
}
