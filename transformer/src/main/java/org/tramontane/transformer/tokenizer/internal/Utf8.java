package org.tramontane.transformer.tokenizer.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// UTF-8, one character at a time: bytes go in, whole characters come out as soon as they are complete.
///
/// A byte that cannot be part of a character gives one U+FFFD, as in SentencePiece.
final class Utf8 {
  private static final String REPLACEMENT = "\uFFFD";

  private byte[] held = new byte[4];
  private int size;

  static byte[] encode(int codePoint) {
    return Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
  }

  /// `text` with each unpaired surrogate replaced by U+FFFD, so that every code point has UTF-8 bytes.
  static String repair(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      repaired = repaired == null ? new StringBuilder(text) : repaired;
      repaired.setCharAt(i, '\uFFFD');
    }
    return repaired == null ? text : repaired.toString();
  }

  /// A whole run of bytes: its text, or one U+FFFD per byte if it is not valid from end to end.
  static String decodeRun(byte[] bytes, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return REPLACEMENT.repeat(length);
    }
  }

  /// Takes one byte and returns what it completes.
  String append(int value) {
    held[size++] = (byte) value;
    StringBuilder out = new StringBuilder();
    while (size > 0) {
      int need = neededLength();
      if (need > size) {
        break;
      }
      int used = Math.max(need, 1);
      out.append(need < 1 ? REPLACEMENT : new String(held, 0, need, StandardCharsets.UTF_8));
      held = Arrays.copyOfRange(held, used, used + 4);
      size -= used;
    }
    return out.toString();
  }

  /// One U+FFFD for each byte held back, which is then forgotten.
  String flush() {
    String rest = REPLACEMENT.repeat(size);
    size = 0;
    return rest;
  }

  /// The length of the character that the held bytes begin, or 0 if they can begin none.
  private int neededLength() {
    int lead = held[0] & 0xFF;
    int need =
        lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    for (int i = 1; i < Math.min(need, size); i++) {
      if ((held[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    if (need >= 3 && size >= 2) {
      int second = held[1] & 0xFF;
      boolean overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
      boolean surrogate = lead == 0xED && second > 0x9F;
      boolean tooLarge = lead == 0xF4 && second > 0x8F;
      if (overlong || surrogate || tooLarge) {
        return 0;
      }
    }
    return need;
  }
}
