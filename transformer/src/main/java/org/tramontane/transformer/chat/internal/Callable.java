package org.tramontane.transformer.chat.internal;

/// A function, a method bound to its value, or a macro.
@FunctionalInterface
interface Callable {
  /// Its value for `arguments`.
  Object call(Arguments arguments);
}
