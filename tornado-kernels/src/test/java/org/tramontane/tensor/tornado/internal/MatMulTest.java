package org.tramontane.tensor.tornado.internal;

import static org.tramontane.tensor.tornado.internal.OnDevice.normal;
import static org.tramontane.tensor.tornado.internal.OnDevice.task;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class MatMulTest {
  private static int wholeTiles(int size) {
    return (size + MatMul.TILE - 1) / MatMul.TILE * MatMul.TILE;
  }

  private static void check(
      int m, int n, int k, boolean transposeA, boolean transposeB, float alpha, float beta) {
    FloatArray a = normal(m, m * k);
    FloatArray b = normal(n + 100, k * n);
    FloatArray before = normal(k + 200, m * n);
    FloatArray c = beta == 0 ? OnDevice.poisoned(m * n) : normal(k + 200, m * n);
    int aRow = transposeA ? 1 : k;
    int aColumn = transposeA ? m : 1;
    int bRow = transposeB ? 1 : n;
    int bColumn = transposeB ? k : 1;
    WorkerGrid2D grid = new WorkerGrid2D(wholeTiles(n), wholeTiles(m));
    grid.setLocalWork(MatMul.TILE, MatMul.TILE, 1);
    KernelContext context = new KernelContext();
    OnDevice.run(
        graph ->
            graph.task(
                task(),
                MatMul::run,
                context,
                a,
                aRow,
                aColumn,
                b,
                bRow,
                bColumn,
                c,
                m,
                n,
                k,
                alpha,
                beta),
        grid,
        a,
        b,
        c);
    OnDevice.assertClose(
        "c of m=%d n=%d k=%d %b %b".formatted(m, n, k, transposeA, transposeB),
        c,
        e -> {
          double sum = 0;
          for (int i = 0; i < k; i++) {
            double left = a.get(e / n * aRow + i * aColumn);
            sum += left * b.get(i * bRow + e % n * bColumn);
          }
          return alpha * sum + (beta == 0 ? 0 : beta * before.get(e));
        });
  }

  @Test
  void everyTransposition() {
    for (int flags = 0; flags < 4; flags++) {
      check(33, 20, 17, (flags & 1) != 0, (flags & 2) != 0, 1, 0);
    }
  }

  @Test
  void aroundTheTile() {
    for (int size : new int[] {1, 15, 16, 17}) {
      check(size, 5, 40, false, true, 1, 0);
      check(5, size, 40, false, true, 1, 0);
      check(5, 40, size, false, true, 1, 0);
    }
  }

  @Test
  void alphaAndBeta() {
    check(18, 7, 9, false, true, 0.5f, 1);
    check(5, 18, 12, true, false, -2, 0.25f);
  }
}
