package org.tramontane.transformer.tokenizer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Cuts text at added tokens: at each place the longest token that stands there, from left to right.
final class AddedTokenSplitter {
  /// A stretch of the text; `id` is the added token that it is, or -1 for text in between.
  record Stretch(int start, int end, int id) {}

  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{Alpha}\\p{M}\\p{Nd}\\p{Pc}\\x{200C}\\x{200D}]", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<AddedToken> tokens;
  private final PieceTrie trie = new PieceTrie();

  /// `spelling` gives the form in which a token's content is looked for.
  AddedTokenSplitter(List<AddedToken> tokens, UnaryOperator<String> spelling) {
    this.tokens = tokens;
    for (int i = 0; i < tokens.size(); i++) {
      String text = spelling.apply(tokens.get(i).content());
      if (!text.isEmpty()) {
        trie.put(text, i);
      }
    }
  }

  List<Stretch> split(String text) {
    if (trie.isEmpty()) {
      return text.isEmpty() ? List.of() : List.of(new Stretch(0, text.length(), -1));
    }
    List<Stretch> stretches = new ArrayList<>();
    int done = 0;
    for (int at = 0; at < text.length(); ) {
      long found = trie.longest(text, at);
      if (found < 0) {
        at++;
        continue;
      }
      AddedToken token = tokens.get((int) found);
      int start = at;
      int end = (int) (found >>> 32);
      at = end;
      if (start < done
          || (token.singleWord() && (wordBefore(text, start) || wordBehind(text, end)))) {
        continue;
      }
      while (token.lstrip() && start > done && isSpace(text.charAt(start - 1))) {
        start--;
      }
      while (token.rstrip() && end < text.length() && isSpace(text.charAt(end))) {
        end++;
      }
      if (done < start) {
        stretches.add(new Stretch(done, start, -1));
      }
      stretches.add(new Stretch(start, end, token.id()));
      done = end;
    }
    if (done < text.length()) {
      stretches.add(new Stretch(done, text.length(), -1));
    }
    return stretches;
  }

  private static boolean wordBefore(String text, int at) {
    return at > 0 && isWord(text.codePointBefore(at));
  }

  private static boolean wordBehind(String text, int at) {
    return at < text.length() && isWord(text.codePointAt(at));
  }

  private static boolean isWord(int codePoint) {
    return WORD.matcher(Character.toString(codePoint)).matches();
  }

  /// Unicode's White_Space property; all of it lies in the basic plane.
  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
  }
}
