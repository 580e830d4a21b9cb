package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/// Floats as sums of BF16 numbers: the nearest, the nearest to the rest, and so on.
public final class Pieces {
  /// Threads of a work-group.
  static final int GROUP = 256;

  /// Elements of a thread.
  private static final int EACH = 4;

  private Pieces() {}

  /// Work-groups for `elements`.
  static long groups(long elements) {
    return (elements + GROUP * EACH - 1) / (GROUP * EACH);
  }

  /// A work-group takes GROUP * EACH elements, and a thread every GROUP-th of them, read before any is written. Integers: elements, offset
  /// of the floats, offset of the first piece, pieces, distance from one piece to the next.
  public static void split(
      KernelContext context, int at, IntArray ints, ShortArray words, FloatArray memory) {
    int last = ints.get(at) - 1;
    int from = ints.get(at + 1);
    int i = context.groupIdx * (GROUP * EACH) + context.localIdx;
    // Past the end, the last element again, with the same result.
    int i0 = TornadoMath.min(i, last);
    int i1 = TornadoMath.min(i + GROUP, last);
    int i2 = TornadoMath.min(i + 2 * GROUP, last);
    int i3 = TornadoMath.min(i + 3 * GROUP, last);
    float rest0 = memory.get(from + i0);
    float rest1 = memory.get(from + i1);
    float rest2 = memory.get(from + i2);
    float rest3 = memory.get(from + i3);
    int to = ints.get(at + 2);
    int pieces = ints.get(at + 3);
    for (int piece = 0; piece < pieces; piece++) {
      short word0 = BFloat16.bf16FromFloat(rest0);
      short word1 = BFloat16.bf16FromFloat(rest1);
      short word2 = BFloat16.bf16FromFloat(rest2);
      short word3 = BFloat16.bf16FromFloat(rest3);
      words.set(to + i0, word0);
      words.set(to + i1, word1);
      words.set(to + i2, word2);
      words.set(to + i3, word3);
      rest0 = rest0 - BFloat16.bf16ToFloat(word0);
      rest1 = rest1 - BFloat16.bf16ToFloat(word1);
      rest2 = rest2 - BFloat16.bf16ToFloat(word2);
      rest3 = rest3 - BFloat16.bf16ToFloat(word3);
      to += ints.get(at + 4);
    }
  }
}
