package org.tramontane.transformer.chat.internal;

/// What an expression sees of the template around it.
interface Scope {
  /// The value of a name; [Undefined] if it has none.
  Object get(String name);
}
