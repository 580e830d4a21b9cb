package org.tramontane.tensor.cpu.internal;

import jdk.incubator.vector.FloatVector;

/// [Gemm] with the Java Vector API: blocked for the caches, packed, and tiled for the registers.
///
/// The loops are those of Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication": a panel of B
/// `[K_BLOCK, N_BLOCK]` stays in the outer cache, a block of A `[M_BLOCK, K_BLOCK]` in the inner one, and a tile of
/// `ROWS x WIDTH` sums in registers runs over them. Packing makes both contiguous in the order of use, which also turns
/// every transpose into the same inner loop; edges are packed with zeros.
public final class VectorGemm implements Gemm {
  private static final int ROWS = 6;
  private static final int WIDTH = 2 * Lanes.COUNT;
  private static final int K_BLOCK = 256;
  private static final int M_BLOCK = 20 * ROWS;
  private static final int N_BLOCK = 64 * WIDTH;

  private static final long B_FLOATS = (long) K_BLOCK * N_BLOCK;
  private static final long A_FLOATS = (long) K_BLOCK * M_BLOCK;
  private static final long TILE_FLOATS = (long) ROWS * WIDTH;

  /// Packed blocks, one set per thread that multiplies.
  private final ThreadLocal<PackBuffer> buffers =
      ThreadLocal.withInitial(() -> new PackBuffer(B_FLOATS + A_FLOATS + TILE_FLOATS));

  @Override
  public String description() {
    return "the Java Vector API";
  }

  @Override
  public void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    scale(m, n, beta, c);
    if (alpha == 0) {
      return;
    }
    long packedB = buffers.get().address();
    long packedA = packedB + 4 * B_FLOATS;
    long tile = packedA + 4 * A_FLOATS;
    for (int n0 = 0; n0 < n; n0 += N_BLOCK) {
      int columns = Math.min(N_BLOCK, n - n0);
      for (int k0 = 0; k0 < k; k0 += K_BLOCK) {
        int depth = Math.min(K_BLOCK, k - k0);
        Pack.panels(b.from(k0, n0).transpose(), columns, depth, WIDTH, 1, packedB);
        for (int m0 = 0; m0 < m; m0 += M_BLOCK) {
          int rows = Math.min(M_BLOCK, m - m0);
          Pack.panels(a.from(m0, k0), rows, depth, ROWS, alpha, packedA);
          block(rows, columns, depth, packedA, packedB, c.from(m0, n0), tile);
        }
      }
    }
  }

  /// `c = beta * c`; what follows only adds.
  private static void scale(int m, int n, float beta, Matrix c) {
    for (int i = 0; i < m && beta != 1; i++) {
      if (beta == 0) {
        Elementwise.zero(c.addressOf(i, 0), n);
      } else {
        Elementwise.scale(beta, c.addressOf(i, 0), n);
      }
    }
  }

  private static void block(int rows, int columns, int depth, long a, long b, Matrix c, long tile) {
    for (int j = 0; j < columns; j += WIDTH) {
      long panelB = b + 4L * j * depth;
      for (int i = 0; i < rows; i += ROWS) {
        long panelA = a + 4L * i * depth;
        tile(depth, panelA, panelB, tile);
        int width = Math.min(WIDTH, columns - j);
        for (int row = 0; row < Math.min(ROWS, rows - i); row++) {
          Elementwise.add(tile + 4L * row * WIDTH, c.addressOf(i + row, j), width);
        }
      }
    }
  }

  /// `ROWS` rows x 2 vectors of sums: 12 independent chains hide the latency of the fused multiply-add, and with two
  /// vectors of B and one broadcast of A they fit the 16 registers of AVX2. The
  /// sums go to a small buffer and are added to C from there, since C2 stops inlining in methods beyond a size, and a
  /// vector that is not inlined lives on the heap.
  private static void tile(int depth, long a, long b, long c) {
    long stride = 4L * WIDTH;
    FloatVector c00 = Lanes.zero();
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    for (int k = 0; k < depth; k++) {
      long pa = a + 4L * ROWS * k;
      long pb = b + 4L * WIDTH * k;
      FloatVector b0 = Lanes.load(pb);
      FloatVector b1 = Lanes.load(pb + Lanes.BYTES);
      FloatVector x = Lanes.broadcast(Lanes.get(pa));
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = Lanes.broadcast(Lanes.get(pa + 4));
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = Lanes.broadcast(Lanes.get(pa + 8));
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = Lanes.broadcast(Lanes.get(pa + 12));
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = Lanes.broadcast(Lanes.get(pa + 16));
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = Lanes.broadcast(Lanes.get(pa + 20));
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    Lanes.store(c, c00);
    Lanes.store(c + Lanes.BYTES, c01);
    Lanes.store(c + stride, c10);
    Lanes.store(c + stride + Lanes.BYTES, c11);
    Lanes.store(c + 2 * stride, c20);
    Lanes.store(c + 2 * stride + Lanes.BYTES, c21);
    Lanes.store(c + 3 * stride, c30);
    Lanes.store(c + 3 * stride + Lanes.BYTES, c31);
    Lanes.store(c + 4 * stride, c40);
    Lanes.store(c + 4 * stride + Lanes.BYTES, c41);
    Lanes.store(c + 5 * stride, c50);
    Lanes.store(c + 5 * stride + Lanes.BYTES, c51);
  }
}
