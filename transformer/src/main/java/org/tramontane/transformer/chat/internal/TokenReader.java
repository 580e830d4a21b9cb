package org.tramontane.transformer.chat.internal;

import java.util.List;
import org.tramontane.transformer.chat.internal.Token.Kind;

/// Goes over the words of a block or an output.
class TokenReader {
  private final List<Token> tokens;
  private final int line;
  private int at;

  /// @param line of the block, for messages at its end
  TokenReader(List<Token> tokens, int line) {
    this.tokens = tokens;
    this.line = line;
  }

  /// The line of the block.
  int line() {
    return line;
  }

  /// Whether the word behind the next one is this.
  boolean isFollowedBy(Token.Kind kind, String text) {
    return at + 1 < tokens.size()
        && tokens.get(at + 1).kind() == kind
        && tokens.get(at + 1).text().equals(text);
  }

  boolean isEnd() {
    return at == tokens.size();
  }

  Token peek() {
    return tokens.get(at);
  }

  Token take() {
    return tokens.get(at++);
  }

  boolean isOperator(String sign) {
    return !isEnd() && peek().isOperator(sign);
  }

  boolean isName(String name) {
    return !isEnd() && peek().isName(name);
  }

  boolean takeOperator(String sign) {
    if (!isOperator(sign)) {
      return false;
    }
    at++;
    return true;
  }

  boolean takeName(String name) {
    if (!isName(name)) {
      return false;
    }
    at++;
    return true;
  }

  void expect(String sign) {
    if (!takeOperator(sign)) {
      throw new TemplateFault("'" + sign + "' is expected, not " + found(), where());
    }
  }

  Token expectName(String what) {
    if (isEnd() || peek().kind() != Kind.NAME) {
      throw new TemplateFault(what + " is expected, not " + found(), where());
    }
    return take();
  }

  void requireEnd() {
    if (!isEnd()) {
      throw new TemplateFault(found() + " is not expected here", where());
    }
  }

  static TemplateFault unexpected(Token token) {
    return new TemplateFault("'" + token.text() + "' is not expected here", token.line());
  }

  String found() {
    return isEnd() ? "the end" : "'" + peek().text() + "'";
  }

  int where() {
    return isEnd() ? line : peek().line();
  }
}
