package org.tramontane.tensor.nd4j.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Tensor;

/// Kernels that move whole rows.
public final class Rows {
  private final Memory memory;
  private final Scratch.Slot bf16;
  private final Scratch.Slot f16;

  /// Moves rows of `memory`.
  public Rows(Memory memory, Scratch scratch) {
    this.memory = memory;
    bf16 = scratch.slot(Memory.type(DType.BF16));
    f16 = scratch.slot(Memory.type(DType.F16));
  }

  /// `out[i] = table[ids[i]]`, widened.
  public void gather(Tensor table, int[] ids, Tensor out) {
    gather(table, ids, memory.of(out));
  }

  /// `out[i] = table[ids[i]]`, widened.
  void gather(Tensor table, int[] ids, Region out) {
    long columns = table.columns();
    INDArray all = memory.of(table).matrix(0, table.rows(), columns);
    forBlocks(
        ids,
        columns,
        (from, rows, indices) -> {
          INDArray target = out.matrix(from * columns, rows, columns);
          switch (table.dtype()) {
            case F32 -> Ops.gather(all, indices, target);
            case BF16 -> gather(all, indices, bf16.matrix(rows, columns), target);
            case F16 -> gather(all, indices, f16.matrix(rows, columns), target);
            case Q8_0 -> throw Memory.unread(table.dtype());
          }
        });
  }

  private static void gather(INDArray table, INDArray indices, INDArray narrow, INDArray target) {
    Ops.gather(table, indices, narrow);
    Ops.copy(narrow, target);
  }

  /// `target[ids[i]] += source[i]`.
  public void scatterAdd(Tensor source, int[] ids, Tensor target) {
    scatterAdd(memory.of(source), ids, target);
  }

  /// `target[ids[i]] += source[i]`.
  void scatterAdd(Region source, int[] ids, Tensor target) {
    long columns = target.columns();
    INDArray all = memory.of(target).matrix(0, target.rows(), columns);
    forBlocks(
        ids,
        columns,
        (from, rows, indices) ->
            Ops.scatterAdd(source.matrix(from * columns, rows, columns), indices, all));
  }

  /// `cache[slots[i], positions[i] mod S] = rows[i]`; of two rows for one place the later one.
  public void append(Tensor rows, int[] slots, int[] positions, Tensor cache) {
    long columns = cache.columns();
    int[] places = new int[slots.length];
    int size = Math.toIntExact(cache.shape().extent(1));
    Map<Integer, Integer> last = new HashMap<>();
    for (int i = 0; i < slots.length; i++) {
      places[i] = Math.addExact(Math.multiplyExact(slots[i], size), positions[i] % size);
      last.put(places[i], i);
    }
    INDArray all = memory.of(cache).matrix(0, cache.rows(), columns);
    int from = 0;
    while (from < places.length) {
      // A run of rows that no later row replaces is written at once.
      int to = from;
      while (to < places.length
          && to - from < Scratch.ROWS
          && last.getOrDefault(places[to], -1) == to) {
        to++;
      }
      if (to > from) {
        try (INDArray indices = Ops.indices(Arrays.copyOfRange(places, from, to))) {
          Ops.scatter(memory.of(rows).matrix(from * columns, to - from, columns), indices, all);
        }
      }
      from = Math.max(to, from + 1);
    }
  }

  private interface Block {
    void run(long from, long rows, INDArray indices);
  }

  private static void forBlocks(int[] ids, long columns, Block block) {
    if (columns == 0) {
      return;
    }
    int step = (int) Scratch.blockRows(columns);
    for (int from = 0; from < ids.length; from += step) {
      int rows = Math.min(step, ids.length - from);
      try (INDArray indices = Ops.indices(Arrays.copyOfRange(ids, from, from + rows))) {
        block.run(from, rows, indices);
      }
    }
  }
}
