package org.tramontane.transformer.chat.internal;

import java.util.List;

/// A stretch of a template.
sealed interface Segment {
  /// Text that is printed as it is.
  record Text(String text) implements Segment {}

  /// `{{ .. }}`.
  record Output(List<Token> tokens, int line) implements Segment {}

  /// `{% .. %}`.
  record Block(List<Token> tokens, int line) implements Segment {}
}
