package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Weights as they are stored: BF16, F16 or Q8_0, read as 16-bit words, two in an int, and widened where they are used.
///
/// TornadoVM can't take a float from its bits, so a word is looked up: one table of 65,536 floats for F16 and one for BF16, 512
/// KiB that stay in a cache. A word is signed, so the middle of a table belongs to 0, and no mask is needed (which TornadoVM
/// would make unsigned, and the sum after it too).
///
/// Q8_0 is blocks of 32 elements in 17 words: a scale in F16, then two signed bytes a word, the lower first.
public final class Stored {
  /// Words of a block of Q8_0.
  public static final int BLOCK_WORDS = 17;

  /// Floats of each table.
  public static final int TABLE = 65_536;

  /// Where the table of powers that [Powers] has begins, behind the other two.
  public static final int POWERS = 2 * TABLE;

  /// Where the table of F16 begins.
  public static final int F16 = 0;

  /// Where the table of BF16 begins.
  public static final int BF16 = TABLE;

  private Stored() {}

  /// Word `index`, with its sign: the lower half of an int comes first.
  static int word(IntArray words, int index) {
    int half = index >> 1;
    int pair = words.get(half);
    int word = pair >> 16;
    if (index == half + half) {
      word = (pair << 16) >> 16;
    }
    return word;
  }

  /// Element `index` of the weight that begins at word `base`.
  ///
  /// @param format where the table of the words begins, which may be anywhere; or for blocks of Q8_0, -1 less where that of the
  ///     scales begins
  /// @param memory where in each table the float of word w is at w + 32768
  static float get(IntArray words, int base, int format, FloatArray memory, int index) {
    float value = 0;
    if (format < 0) {
      int block = base + index / 32 * BLOCK_WORDS;
      int inside = index % 32;
      int scale = word(words, block);
      int pair = word(words, block + 1 + inside / 2);
      int quantum = pair >> 8;
      if (inside % 2 == 0) {
        quantum = (pair << 24) >> 24;
      }
      value = memory.get(scale + 32_768 - 1 - format) * quantum;
    } else {
      value = memory.get(format + word(words, base + index) + 32_768);
    }
    return value;
  }

  /// Widens a whole weight. One thread an element. Integers: elements, offset of the words, format, offset of the floats.
  public static void widen(
      KernelContext context, int at, IntArray ints, IntArray words, FloatArray memory) {
    int i = context.globalIdx;
    if (i < ints.get(at)) {
      memory.set(ints.get(at + 3) + i, get(words, ints.get(at + 1), ints.get(at + 2), memory, i));
    }
  }
}
