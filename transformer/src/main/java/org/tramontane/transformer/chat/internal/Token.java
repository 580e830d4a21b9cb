package org.tramontane.transformer.chat.internal;

/// A word of an expression.
///
/// @param kind what it is
/// @param text its name or sign; for a string its value
/// @param line where it stands, from 1
record Token(Kind kind, String text, int line) {
  enum Kind {
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR
  }

  boolean isOperator(String sign) {
    return kind == Kind.OPERATOR && text.equals(sign);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }
}
