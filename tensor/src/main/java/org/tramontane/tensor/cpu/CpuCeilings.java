package org.tramontane.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.cpu.internal.Matrix;
import org.tramontane.tensor.cpu.internal.OpenBlas;
import org.tramontane.tensor.cpu.internal.Threads;

/// What the machine can do at most, to measure kernels against: copying memory, and multiplying matrices by OpenBLAS with
/// its own threads.
///
/// For one thread at a time, and not while a backend computes: OpenBLAS's number of threads belongs to the process.
public final class CpuCeilings implements AutoCloseable {
  private static final int LINE = 64;

  /// OpenBLAS's threads spin for 2^26 clock cycles by default, some 30 ms.
  private static final long SETTLE_MILLIS = 100;

  private final int count;
  private final Threads threads;
  private final OpenBlas.Loaded blas = OpenBlas.load();

  /// Ceilings of `threads` threads, 1 or more.
  public CpuCeilings(int threads) {
    this.count = threads;
    this.threads = new Threads(threads);
  }

  /// Copies `source` to `target`, of equal size, on all threads, as STREAM's copy does: bytes read and bytes written are
  /// its work.
  public void copy(Tensor source, Tensor target) {
    MemorySegment from = source.data();
    MemorySegment to = target.data();
    if (from.byteSize() != to.byteSize() || from.byteSize() % LINE != 0) {
      throw new IllegalArgumentException(
          "source and target have "
              + from.byteSize()
              + " and "
              + to.byteSize()
              + " bytes; allowed: equal multiples of 64");
    }
    threads.split(
        from.byteSize() / LINE,
        1,
        (worker, start, end) ->
            MemorySegment.copy(from, LINE * start, to, LINE * start, LINE * (end - start)));
  }

  /// Why there is no OpenBLAS to compare with; empty if there is.
  public Optional<String> sgemmUnavailableBecause() {
    return blas.library() == null ? Optional.of(blas.reason()) : Optional.empty();
  }

  /// `c = a b^T` by one direct call of `cblas_sgemm` on as many of OpenBLAS's own threads.
  ///
  /// @param a F32 `[M, K]`
  /// @param b F32 `[N, K]`
  /// @param c `=` `[M, N]`
  /// @throws IllegalStateException if there is no OpenBLAS
  public void sgemm(Tensor a, Tensor b, Tensor c) {
    @Nullable OpenBlas library = blas.library();
    if (library == null) {
      throw new IllegalStateException(blas.reason());
    }
    library.setThreads(count);
    try {
      library.sgemm(
          (int) a.rows(),
          (int) b.rows(),
          (int) a.columns(),
          1,
          Matrix.of(a, false),
          Matrix.of(b, true),
          0,
          Matrix.of(c, false));
    } finally {
      library.setThreads(1);
    }
  }

  /// Waits until OpenBLAS's own threads, which spin for a while after a product, have gone to sleep: whatever is measured
  /// before that has to share its cores with them.
  public static void settle() {
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
