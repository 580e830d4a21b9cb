package org.tramontane.tensor.nd4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.tramontane.tensor.RopeTable;
import org.tramontane.tensor.Tensor;

/// Rotary position embedding, in place.
///
/// A head is two rows of D/2: with `swap` exchanging the two, `x' = x * cos + swap(x) * (-sin, sin)`. So looked at as a
/// matrix of half heads, a rotation is three row look-ups and four operations on dense matrices.
public final class Rope {
  private final Memory memory;
  private final Scratch.Slot cosines;
  private final Scratch.Slot sines;
  private final Scratch.Slot swapped;

  /// Rotations on `memory`.
  public Rope(Memory memory, Scratch scratch) {
    this.memory = memory;
    cosines = scratch.slot();
    sines = scratch.slot();
    swapped = scratch.slot();
  }

  /// Rotates every head of every row of `x` by its position's angles, or back.
  public void run(Tensor x, int[] positions, RopeTable table, boolean inverse) {
    int half = table.headDim() / 2;
    int halves = Math.toIntExact(x.columns() / half);
    if (x.elements() == 0) {
      return;
    }
    INDArray cos = memory.of(table.cos()).matrix(0, table.positions(), half);
    INDArray sin = memory.of(table.sin()).matrix(0, table.positions(), half);
    int step = (int) Scratch.blockRows(x.columns());
    for (int from = 0; from < positions.length; from += step) {
      int tokens = Math.min(step, positions.length - from);
      int rows = tokens * halves;
      int[] angles = new int[rows];
      int[] partners = new int[rows];
      float[] signs = new float[rows];
      for (int i = 0; i < rows; i++) {
        angles[i] = positions[from + i / halves];
        partners[i] = i ^ 1;
        signs[i] = (i % 2 == 0) == inverse ? 1 : -1;
      }
      INDArray part = memory.of(x).matrix(from * x.columns(), rows, half);
      INDArray c = cosines.matrix(rows, half);
      INDArray s = sines.matrix(rows, half);
      INDArray y = swapped.matrix(rows, half);
      try (INDArray angle = Ops.indices(angles);
          INDArray partner = Ops.indices(partners);
          INDArray sign = Ops.vector(signs)) {
        Ops.gather(cos, angle, c);
        Ops.gather(sin, angle, s);
        Ops.gather(part, partner, y);
        Ops.scaleRows(y, sign, y);
        Ops.multiply(y, s, y);
        Ops.multiply(part, c, part);
        Ops.add(part, y, part);
      }
    }
  }
}
