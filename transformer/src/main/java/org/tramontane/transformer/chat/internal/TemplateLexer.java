package org.tramontane.transformer.chat.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tramontane.transformer.chat.internal.Token.Kind;

/// Cuts a template into text, outputs and blocks, with Jinja2's rules for white space under `trim_blocks` and
/// `lstrip_blocks`, which is how transformers sets it up:
///
/// - a line feed right behind a block or a comment goes away, unless it ends with `+%}`;
/// - spaces between the beginning of a line and a block or comment go away, unless it begins with `{%+`;
/// - `-` beside a delimiter removes all white space on its side;
/// - one line feed at the end of the template goes away.
final class TemplateLexer {
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-?)%\\}");
  private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern FLOAT =
      Pattern.compile("\\d+(_\\d+)*(\\.\\d+(_\\d+)*([eE][+-]?\\d+)?|[eE][+-]?\\d+)");
  private static final Pattern INTEGER = Pattern.compile("\\d+(_\\d+)*");
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=.:|,;()\\[\\]{}]");
  private static final String OPENING = "([{";
  private static final String CLOSING = ")]}";

  private final String source;
  private final List<Segment> segments = new ArrayList<>();
  private int at;
  private int line = 1;

  /// Whether what was read last ended with a line feed, so that a line begins here.
  private boolean lineStart = true;

  private TemplateLexer(String source) {
    this.source = source;
  }

  /// The segments of `source`.
  ///
  /// @throws TemplateFault if a delimiter or a string is not closed, or a character has no meaning
  static List<Segment> read(String source) {
    String unix = source.replace("\r\n", "\n").replace('\r', '\n');
    TemplateLexer lexer =
        new TemplateLexer(unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix);
    while (lexer.at < lexer.source.length()) {
      lexer.next();
    }
    return lexer.segments;
  }

  private void next() {
    int open = delimiter();
    String text = source.substring(at, open);
    if (open == source.length()) {
      text(text);
      at = open;
      return;
    }
    char kind = source.charAt(open + 1);
    char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
    boolean signed = sign == '-' || sign == '+';
    if (sign == '-') {
      text(text.stripTrailing());
    } else if (sign != '+' && kind != '{') {
      text(withoutIndentation(text));
    } else {
      text(text);
    }
    advance(open);
    Matcher raw = RAW.matcher(source).region(open, source.length());
    if (kind == '%' && raw.lookingAt()) {
      advance(raw.end());
      raw(raw.group(1).equals("-"));
      return;
    }
    int begin = line;
    advance(open + (signed ? 3 : 2));
    switch (kind) {
      case '#' -> comment(begin);
      case '{' -> segments.add(new Segment.Output(tokens("}}", begin), begin));
      default -> segments.add(new Segment.Block(tokens("%}", begin), begin));
    }
  }

  /// Where the next `{{`, `{%` or `{#` is; the end where there is none.
  private int delimiter() {
    for (int i = at; i + 1 < source.length(); i++) {
      if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      segments.add(new Segment.Text(text));
    }
  }

  private String withoutIndentation(String text) {
    int begin = text.lastIndexOf('\n') + 1;
    return (begin > 0 || lineStart) && text.substring(begin).isBlank()
        ? text.substring(0, begin)
        : text;
  }

  /// Goes on to `to`.
  private void advance(int to) {
    for (int i = at; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    lineStart = to > at && source.charAt(to - 1) == '\n';
    at = to;
  }

  private void comment(int begin) {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateFault("a comment is not closed", begin);
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    advance(end);
    close(sign, true);
  }

  private void raw(boolean strip) {
    int begin = line;
    if (strip) {
      skipSpace();
    }
    Matcher end = END_RAW.matcher(source);
    if (!end.find(at)) {
      throw new TemplateFault("{% raw %} is not closed", begin);
    }
    String text = source.substring(at, end.start());
    advance(end.start());
    text(
        switch (end.group(1)) {
          case "-" -> text.stripTrailing();
          case "+" -> text;
          default -> withoutIndentation(text);
        });
    advance(end.end() - 2);
    close(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
  }

  /// Goes past a closing delimiter, which begins here, and the white space that it takes along.
  private void close(char sign, boolean trims) {
    advance(at + 2);
    if (sign == '-') {
      skipSpace();
    } else if (trims && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      advance(at + 1);
    }
  }

  private void skipSpace() {
    int end = at;
    while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
      end++;
    }
    if (end > at) {
      advance(end);
    }
  }

  private List<Token> tokens(String closing, int begin) {
    List<Token> tokens = new ArrayList<>();
    Deque<Character> open = new ArrayDeque<>();
    while (at < source.length()) {
      char c = source.charAt(at);
      if (open.isEmpty()) {
        boolean signed = (c == '-' || c == '+') && source.startsWith(closing, at + 1);
        if (signed && !(c == '+' && closing.equals("}}"))) {
          advance(at + 1);
          close(c, false);
          return tokens;
        }
        if (source.startsWith(closing, at)) {
          close(' ', closing.equals("%}"));
          return tokens;
        }
      }
      if (Character.isWhitespace(c)) {
        advance(at + 1);
      } else if (c == '\'' || c == '"') {
        tokens.add(string(c));
      } else {
        Token token = word();
        balance(token, open);
        tokens.add(token);
      }
    }
    throw new TemplateFault(
        (closing.equals("}}") ? "{{" : "{%") + " is not closed with " + closing, begin);
  }

  private void balance(Token token, Deque<Character> open) {
    if (token.kind() != Kind.OPERATOR || token.text().length() != 1) {
      return;
    }
    char c = token.text().charAt(0);
    if (OPENING.indexOf(c) >= 0) {
      open.push(c);
    } else if (CLOSING.indexOf(c) >= 0) {
      if (open.isEmpty() || OPENING.indexOf(open.pop()) != CLOSING.indexOf(c)) {
        throw new TemplateFault("'" + c + "' closes nothing", token.line());
      }
    }
  }

  private Token word() {
    for (Kind kind : new Kind[] {Kind.NAME, Kind.FLOAT, Kind.INTEGER, Kind.OPERATOR}) {
      Pattern pattern =
          switch (kind) {
            case NAME -> NAME;
            case FLOAT -> FLOAT;
            case INTEGER -> INTEGER;
            case OPERATOR -> OPERATOR;
            case STRING -> throw new IllegalStateException("strings are read before words");
          };
      Matcher matcher = pattern.matcher(source).region(at, source.length());
      if (matcher.lookingAt()) {
        Token token = new Token(kind, matcher.group(), line);
        advance(matcher.end());
        return token;
      }
    }
    throw new TemplateFault("the character '" + source.charAt(at) + "' has no meaning here", line);
  }

  private Token string(char quote) {
    int begin = line;
    StringBuilder value = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i++);
      if (c != '\\' || i == source.length()) {
        value.append(c);
        continue;
      }
      i = escape(i, value);
    }
    if (i >= source.length()) {
      throw new TemplateFault("a string is not closed", begin);
    }
    advance(i + 1);
    return new Token(Kind.STRING, value.toString(), begin);
  }

  /// Adds what a backslash and the characters from `i` on stand for in Python.
  ///
  /// @return where the string goes on
  private int escape(int i, StringBuilder value) {
    char c = source.charAt(i);
    int digits =
        switch (c) {
          case 'x' -> 2;
          case 'u' -> 4;
          case 'U' -> 8;
          default -> 0;
        };
    if (digits > 0) {
      try {
        value.appendCodePoint(Integer.parseInt(source.substring(i + 1, i + 1 + digits), 16));
        return i + 1 + digits;
      } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new TemplateFault("\\" + c + " needs " + digits + " hexadecimal digits", line);
      }
    }
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case '0' -> value.append('\0');
      case '\\', '\'', '"' -> value.append(c);
      case '\n' -> {}
      default -> value.append('\\').append(c);
    }
    return i + 1;
  }
}
