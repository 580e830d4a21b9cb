package org.tramontane.tensor.cpu.internal;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Tensor;

/// One growing buffer per worker, reused by every kernel that needs room inside a loop, and one for the caller around it.
///
/// A worker's buffer belongs to the piece of work that runs on it: what one kernel left there means nothing to the next.
public final class Scratch implements AutoCloseable {
  private static final long SMALLEST = 1 << 16;

  private final Buffer[] workers;
  private final Buffer shared = new Buffer();

  /// Buffers for `workers` workers, empty as yet.
  public Scratch(int workers) {
    this.workers = new Buffer[workers];
    for (int i = 0; i < workers; i++) {
      this.workers[i] = new Buffer();
    }
  }

  /// The address of at least `floats` floats for worker `worker`, aligned to a cache line.
  long of(int worker, long floats) {
    return workers[worker].atLeast(4 * floats);
  }

  /// The address of at least `floats` floats that all workers of a kernel share.
  long shared(long floats) {
    return shared.atLeast(4 * floats);
  }

  /// `floats` rounded up to whole cache lines, for offsets inside a buffer.
  static long lines(long floats) {
    return (floats + 15) & -16L;
  }

  @Override
  public void close() {
    shared.close();
    for (Buffer buffer : workers) {
      buffer.close();
    }
  }

  @SuppressWarnings("MustBeClosed") // close() does
  private static final class Buffer {
    private @Nullable Arena arena;
    private long bytes;
    private long address;

    long atLeast(long wanted) {
      if (wanted > bytes) {
        close();
        bytes = Math.max(SMALLEST, wanted + wanted / 4);
        arena = Arena.ofShared();
        address = arena.allocate(bytes, Tensor.ALIGNMENT).address();
      }
      return address;
    }

    void close() {
      if (arena != null) {
        arena.close();
        arena = null;
        bytes = 0;
      }
    }
  }
}
