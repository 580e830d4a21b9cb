package org.tramontane.tensor.safetensors;

/// Text from a file, made fit for a message of one line.
///
/// A name in a header may hold line breaks, a terminal's escape sequences or a million letters.
final class Quote {
  private static final int MAX_LENGTH = 200;

  private Quote() {}

  /// `text` in single quotes.
  static String quote(String text) {
    return "'" + oneLine(text) + "'";
  }

  /// `text` with what does not print as `\\uXXXX`, and what is too long cut off.
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      if (line.length() >= MAX_LENGTH) {
        return line.append("... (").append(text.length()).append(" characters)").toString();
      }
      int letter = text.codePointAt(at);
      at += Character.charCount(letter);
      if (prints(letter)) {
        line.appendCodePoint(letter);
      } else {
        line.append("\\u%04X".formatted(letter));
      }
    }
    return line.toString();
  }

  private static boolean prints(int letter) {
    return switch (Character.getType(letter)) {
      // FORMAT holds the marks that turn the direction of writing.
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
