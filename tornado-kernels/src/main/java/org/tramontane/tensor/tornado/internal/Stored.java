package org.tramontane.tensor.tornado.internal;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/// Weights as they are stored: BF16, F16 or Q8_0, read as 16-bit words, two in an int, and widened where they are used.
///
/// TornadoVM can't take a float from its bits, so a word is looked up: one table of 65,536 floats for F16 and one for BF16, 512
/// KiB that stay in a cache. A word is taken out of its int with a mask: shifting it up and down again is wrong on PTX.
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

  /// Word `index`, without a sign: the lower half of an int comes first.
  static int word(IntArray words, int index) {
    int half = index >> 1;
    int pair = words.get(half);
    int word = (pair >> 16) & 65_535;
    if (index == half + half) {
      word = pair & 65_535;
    }
    return word;
  }

  /// Element `index` of the weight that begins at word `base`.
  ///
  /// @param format where the table of the words begins, which may be anywhere; or for blocks of Q8_0, -1 less where that of the
  ///     scales begins
  /// @param memory where in each table the float of word w, read without a sign, is at w
  static float get(IntArray words, int base, int format, FloatArray memory, int index) {
    float value = 0;
    if (format < 0) {
      int block = base + index / 32 * BLOCK_WORDS;
      int inside = index % 32;
      int scale = word(words, block);
      int pair = word(words, block + 1 + inside / 2);
      int bits = pair >> 8;
      if (inside % 2 == 0) {
        bits = pair & 255;
      }
      // In floats, as TornadoVM takes what comes from a mask for unsigned.
      float quantum = bits;
      if (bits > 127) {
        quantum = quantum - 256;
      }
      value = memory.get(scale - 1 - format) * quantum;
    } else {
      value = memory.get(format + word(words, base + index));
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
