package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/// Floats as sums of BF16 numbers: the nearest, the nearest to the rest, and so on.
public final class Pieces {
  private Pieces() {}

  /// One thread an element. Integers: elements, offset of the floats, offset of the first piece, pieces, distance from one piece to the
  /// next.
  public static void split(
      KernelContext context, int at, IntArray ints, ShortArray words, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      float rest = memory.get(ints.get(at + 1) + i);
      int to = ints.get(at + 2) + i;
      int pieces = ints.get(at + 3);
      for (int piece = 0; piece < pieces; piece++) {
        short word = BFloat16.bf16FromFloat(rest);
        words.set(to, word);
        rest = rest - BFloat16.bf16ToFloat(word);
        to += ints.get(at + 4);
      }
    }
  }
}
