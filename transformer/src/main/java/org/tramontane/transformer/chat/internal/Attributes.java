package org.tramontane.transformer.chat.internal;

/// A value with attributes of its own, such as `loop`.
interface Attributes {
  /// The value of an attribute; [Undefined] if there is none.
  Object attribute(String name);
}
