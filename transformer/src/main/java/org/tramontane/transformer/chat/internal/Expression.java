package org.tramontane.transformer.chat.internal;

/// An expression that was read.
@FunctionalInterface
interface Expression {
  /// Its value.
  ///
  /// @throws TemplateFault if it has none
  Object value(Scope scope);
}
