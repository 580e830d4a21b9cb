package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Floats as sums of BF16 numbers: the nearest, the nearest to the rest, and so on. Two words in an int.
public final class Pieces {
  private Pieces() {}

  /// One thread for two elements. Integers: elements; offset of the floats; offset of the
  /// first piece in words; pieces; distance from one piece to the next in words, an even number.
  public static void split(
      KernelContext context, int at, IntArray ints, IntArray words, FloatArray memory) {
    int i = context.globalIdx;
    if (i + i < ints.get(at)) {
      int from = ints.get(at + 1) + i + i;
      float lower = memory.get(from);
      float upper = 0;
      if (i + i + 1 < ints.get(at)) {
        upper = memory.get(from + 1);
      }
      int to = ints.get(at + 2) / 2 + i;
      int pieces = ints.get(at + 3);
      for (int piece = 0; piece < pieces; piece++) {
        short first = BFloat16.bf16FromFloat(lower);
        short second = BFloat16.bf16FromFloat(upper);
        lower = lower - BFloat16.bf16ToFloat(first);
        upper = upper - BFloat16.bf16ToFloat(second);
        int low = first;
        if (low < 0) {
          low = low + 65_536;
        }
        words.set(to, second * 65_536 + low);
        to += ints.get(at + 4) / 2;
      }
    }
  }
}
