package org.tramontane.tensor.cpu.internal;

import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.internal.LargestElement;

/// Copies and additions of whole rows: embedding, gather, scatter, cache; and each row's largest element.
public final class Rows {
  /// Elements per thread below which a second thread costs more than it brings.
  private static final long GRAIN = 1 << 15;

  private final Threads threads;

  /// Row operations on `threads`.
  public Rows(Threads threads) {
    this.threads = threads;
  }

  /// `out[i] = table[ids[i]]`, widened to F32.
  public void gather(Tensor table, int[] ids, Tensor out) {
    long columns = out.columns();
    DType dtype = table.dtype();
    long rowBytes = dtype.bytes(columns);
    long source = table.readOnlyData().address();
    long target = out.data().address();
    threads.split(
        ids.length,
        grainOfRows(columns),
        (worker, from, to) -> {
          for (int i = (int) from; i < to; i++) {
            Widen.copy(dtype, source + ids[i] * rowBytes, target + 4L * i * columns, columns);
          }
        });
  }

  /// `table[ids[i]] += rows[i]` in the order of `i`. Threads split the columns, so that repeated ids do not meet.
  public void scatterAdd(Tensor rows, int[] ids, Tensor table) {
    long columns = rows.columns();
    long source = rows.readOnlyData().address();
    long target = table.data().address();
    splitColumns(
        ids.length,
        columns,
        (from, length) -> {
          for (int i = 0; i < ids.length; i++) {
            Elementwise.add(
                source + 4 * ((long) i * columns + from),
                target + 4 * (ids[i] * columns + from),
                length);
          }
        });
  }

  /// `cache[slots[i], positions[i] mod S] = rows[i]` in the order of `i`.
  public void append(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    long columns = rows.columns();
    long slotsPerCache = cache.shape().extent(1);
    long source = rows.readOnlyData().address();
    long target = cache.data().address();
    splitColumns(
        slots.length,
        columns,
        (from, length) -> {
          for (int i = 0; i < slots.length; i++) {
            long row = slots[i] * slotsPerCache + positions[i] % slotsPerCache;
            Widen.copyF32(
                source + 4 * ((long) i * columns + from),
                target + 4 * (row * columns + from),
                length);
          }
        });
  }

  /// The index of each row's largest element, or -1 - that of its first NaN.
  public int[] argMax(Tensor x) {
    int columns = Math.toIntExact(x.columns());
    long source = x.readOnlyData().address();
    int[] indices = new int[Math.toIntExact(x.rows())];
    threads.split(
        indices.length,
        grainOfRows(columns),
        (worker, from, to) -> {
          for (int i = (int) from; i < to; i++) {
            indices[i] = LargestElement.index(Lanes.MEMORY, source + 4L * i * columns, columns);
          }
        });
    return indices;
  }

  private interface Columns {
    void run(long from, long length);
  }

  private void splitColumns(long rows, long columns, Columns body) {
    long lines = (columns + 15) / 16;
    threads.split(
        lines,
        Math.max(1, GRAIN / Math.max(1, 16 * rows)),
        (worker, from, to) -> body.run(16 * from, Math.min(columns, 16 * to) - 16 * from));
  }

  private static long grainOfRows(long columns) {
    return Math.max(1, GRAIN / Math.max(1, columns));
  }
}
