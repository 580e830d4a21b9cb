package org.tramontane.transformer.chat.internal;

import java.util.Map;

/// What `namespace()` makes: the one thing whose attributes a template may set.
record Namespace(Map<String, Object> values) implements Attributes {
  @Override
  public Object attribute(String name) {
    Object value = values.get(name);
    return value == null ? Undefined.attribute(this, name) : value;
  }
}
