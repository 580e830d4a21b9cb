package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Rotary position embedding in the rotate-half convention, in place (Su et al. 2021, arXiv 2104.09864).
///
/// The pair (m, m + D/2) of each head turns by `angle(p, m)`; the derivative of a rotation is the rotation back, which
/// negates the sine. A thread owns a pair, so none reads what another writes.
///
/// Integers: pairs of a row, D/2, 1 or -1 for the rotation back, offsets of x, cos and sin, rows, then from [#LIST] on the
/// positions.
public final class Rope {
  /// Where the positions begin.
  public static final int LIST = 7;

  private Rope() {}

  /// `x'[m] = x[m] cos - x[m + D/2] sin`, `x'[m + D/2] = x[m + D/2] cos + x[m] sin`. One thread a pair of a row.
  public static void run(KernelContext context, int at, IntArray ints, FloatArray memory) {
    int pairs = ints.get(at);
    int side = ints.get(at + 1);
    int row = context.globalIdx / pairs;
    int pair = context.globalIdx % pairs;
    if (row < ints.get(at + 6)) {
      int m = pair % side;
      int head = pair / side;
      int angle = ints.get(at + LIST + row) * side + m;
      int low = ints.get(at + 3) + row * 2 * pairs + head * 2 * side + m;
      float c = memory.get(ints.get(at + 4) + angle);
      float s = memory.get(ints.get(at + 5) + angle) * ints.get(at + 2);
      float first = memory.get(low);
      float second = memory.get(low + side);
      memory.set(low, first * c - second * s);
      memory.set(low + side, second * c + first * s);
    }
  }
}
