package org.tramontane.transformer.tokenizer.internal;

/// The spelling of byte pieces, `<0x00>` to `<0xFF>`.
final class Bytes {
  private Bytes() {}

  static String piece(int value) {
    return String.format("<0x%02X>", value);
  }

  /// The byte that a piece spells, or -1.
  static int value(String piece) {
    if (piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(piece.charAt(3), 16);
    int low = Character.digit(piece.charAt(4), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
