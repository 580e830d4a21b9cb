package org.tramontane.tensor;

import java.lang.foreign.Arena;

/// Cosines and sines of rotary position embedding: `angle(p, m) = p * theta^(-2m/D)`.
///
/// Angles are computed in F64 and stored as F32, since at a position of 10^5 an F32 angle would be off by 0.01.
///
/// @param headDim D
/// @param cos `[positions, D/2]`
/// @param sin `[positions, D/2]`
public record RopeTable(int headDim, Tensor cos, Tensor sin) {

  /// A table for positions 0 to `positions - 1` that lives as long as `arena`.
  public static RopeTable create(Arena arena, int positions, int headDim, double theta) {
    int half = headDim / 2;
    Tensor cos = Tensor.allocate(arena, positions, half);
    Tensor sin = Tensor.allocate(arena, positions, half);
    for (int m = 0; m < half; m++) {
      double frequency = Math.pow(theta, -2.0 * m / headDim);
      for (int p = 0; p < positions; p++) {
        cos.set((long) p * half + m, (float) Math.cos(p * frequency));
        sin.set((long) p * half + m, (float) Math.sin(p * frequency));
      }
    }
    return new RopeTable(headDim, cos, sin);
  }

  /// How many positions the table covers.
  public int positions() {
    return (int) cos.rows();
  }
}
