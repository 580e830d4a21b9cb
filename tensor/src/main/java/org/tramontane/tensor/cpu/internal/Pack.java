package org.tramontane.tensor.cpu.internal;

/// Copies a block of a matrix into panels of `height` rows, column by column, as [VectorGemm]'s inner loop reads it.
final class Pack {
  private Pack() {}

  /// Packs `scale` times the first `rows` x `depth` elements of `x`; the last panel is filled up with zeros.
  static void panels(Matrix x, int rows, int depth, int height, float scale, long target) {
    for (int row = 0; row < rows; row += height) {
      int used = Math.min(height, rows - row);
      long panel = target + 4L * row * depth;
      if (x.transposed()) {
        alongRows(x.addressOf(row, 0), 4 * x.stride(), used, depth, height, scale, panel);
      } else {
        acrossRows(x.addressOf(row, 0), 4 * x.stride(), used, depth, height, scale, panel);
      }
    }
  }

  /// The source is transposed: a panel's column is contiguous.
  private static void alongRows(
      long source, long stride, int used, int depth, int height, float scale, long panel) {
    boolean vectors = used == height && height % Lanes.COUNT == 0;
    for (int k = 0; k < depth; k++) {
      long from = source + k * stride;
      long to = panel + 4L * k * height;
      if (vectors) {
        for (int i = 0; i < height; i += Lanes.COUNT) {
          Lanes.store(to + 4L * i, Lanes.load(from + 4L * i).mul(scale));
        }
      } else {
        for (int i = 0; i < used; i++) {
          Lanes.set(to + 4L * i, scale * Lanes.get(from + 4L * i));
        }
        zero(to + 4L * used, height - used);
      }
    }
  }

  /// The source is as it lies: a panel's row is contiguous.
  private static void acrossRows(
      long source, long stride, int used, int depth, int height, float scale, long panel) {
    for (int i = 0; i < used; i++) {
      long from = source + i * stride;
      long to = panel + 4L * i;
      for (int k = 0; k < depth; k++) {
        Lanes.set(to + 4L * k * height, scale * Lanes.get(from + 4L * k));
      }
    }
    if (used < height) {
      for (int k = 0; k < depth; k++) {
        zero(panel + 4L * (k * height + used), height - used);
      }
    }
  }

  private static void zero(long address, int floats) {
    for (int i = 0; i < floats; i++) {
      Lanes.set(address + 4L * i, 0);
    }
  }
}
