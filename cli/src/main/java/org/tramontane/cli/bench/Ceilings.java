package org.tramontane.cli.bench;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.internal.Matrix;
import org.tramontane.tensor.cpu.internal.OpenBlas;
import org.tramontane.tensor.cpu.internal.Threads;

/// What the machine can do, measured beside the kernels.
final class Ceilings {
  private Ceilings() {}

  /// Copies `source` to `target` on all threads, as STREAM's copy does: bytes read plus bytes written are its work.
  static Runnable copy(Threads threads, Tensor source, Tensor target) {
    MemorySegment from = source.data();
    MemorySegment to = target.data();
    return () ->
        threads.split(
            from.byteSize() / 64,
            1,
            (worker, start, end) ->
                MemorySegment.copy(from, 64 * start, to, 64 * start, 64 * (end - start)));
  }

  /// `c = a b^T` by one direct call of `cblas_sgemm` on `threads` threads of OpenBLAS's own.
  static Runnable sgemm(OpenBlas library, int threads, Tensor a, Tensor b, Tensor c) {
    int m = (int) a.rows();
    int n = (int) b.rows();
    int k = (int) a.columns();
    Matrix left = Matrix.of(a, false);
    Matrix right = Matrix.of(b, true);
    Matrix result = Matrix.of(c, false);
    return () -> {
      library.setThreads(threads);
      try {
        library.sgemm(m, n, k, 1, left, right, 0, result);
      } finally {
        library.setThreads(1);
      }
    };
  }
}
