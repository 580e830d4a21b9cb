package org.tramontane.transformer.chat.internal;

/// A name or key that is not there, as Jinja2 has it: false, empty, printed as nothing, and an error when used
/// otherwise.
///
/// @param complaint what the error says
record Undefined(String complaint) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined attribute(Object owner, Object name) {
    return new Undefined("a " + Python.typeName(owner) + " has no '" + name + "'");
  }

  TemplateFault fault() {
    return new TemplateFault(complaint);
  }

  /// One undefined value is like another.
  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
