package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Rotary position embedding in the rotate-half convention, in place (Su et al. 2021, arXiv 2104.09864).
///
/// The pair (m, m + D/2) of each head turns by `angle(p, m)`; the derivative of a rotation is the rotation back, which
/// negates the sine. A thread owns a pair, so none reads what another writes.
public final class Rope {
  private Rope() {}

  /// `x'[m] = x[m] cos - x[m + pairs] sin`, `x'[m + pairs] = x[m + pairs] cos + x[m] sin`.
  ///
  /// @param x `[T, heads * 2 pairs]`, with pairs = D/2
  /// @param positions `[T]`
  /// @param cos `[positions, pairs]`
  /// @param sin `[positions, pairs]`
  /// @param direction 1, or -1 for the rotation back
  public static void run(
      FloatArray x,
      IntArray positions,
      FloatArray cos,
      FloatArray sin,
      int heads,
      int pairs,
      float direction) {
    for (@Parallel int pair = 0; pair < x.getSize() / 2; pair++) {
      int m = pair % pairs;
      int head = pair / pairs;
      int angle = positions.get(head / heads) * pairs + m;
      int low = head * 2 * pairs + m;
      float c = cos.get(angle);
      float s = sin.get(angle) * direction;
      float first = x.get(low);
      float second = x.get(low + pairs);
      x.set(low, first * c - second * s);
      x.set(low + pairs, second * c + first * s);
    }
  }
}
