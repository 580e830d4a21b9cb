package org.tramontane.spac.eval.python;

import java.util.Locale;

/// Methods of Python's `str` whose Java namesakes differ from them.
public final class PythonText {
  private PythonText() {}

  /// `len(text)`: code points, where Java counts UTF-16 units.
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// `text.strip()`, which also takes off no-break spaces and other white space that Java's does not.
  public static String strip(String text) {
    String right = rstrip(text);
    int from = 0;
    while (from < right.length() && isSpace(right.charAt(from))) {
      from++;
    }
    return right.substring(from);
  }

  /// `text.rstrip()`.
  public static String rstrip(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  /// `text.capitalize()`: the first character in title case, all others in lower case.
  public static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int width = Character.charCount(first);
    // A rule that looks at the neighbours, as that of the final sigma does, sees the first letter
    // too.
    String lower = text.toLowerCase(Locale.ROOT);
    int lowerWidth = text.substring(0, width).toLowerCase(Locale.ROOT).length();
    return title(first) + lower.substring(lowerWidth);
  }

  /// A title-case mapping to several letters, as that of the sharp s, shows in the upper-case one.
  private static String title(int codePoint) {
    String upper = Character.toString(codePoint).toUpperCase(Locale.ROOT);
    int one = Character.toTitleCase(codePoint);
    if (upper.codePointCount(0, upper.length()) == 1) {
      return Character.toString(one);
    }
    int width = Character.charCount(upper.codePointAt(0));
    return upper.substring(0, width) + upper.substring(width).toLowerCase(Locale.ROOT);
  }

  /// `str.isspace()` of one character; all of them are in the basic plane.
  static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == 0x85
        || Character.isSpaceChar(c);
  }
}
