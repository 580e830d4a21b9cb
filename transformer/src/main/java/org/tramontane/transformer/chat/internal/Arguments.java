package org.tramontane.transformer.chat.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The arguments of a call.
///
/// @param positional in order
/// @param named by keyword
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /// Refuses more arguments than `names`, and keywords that are not among them.
  Arguments of(String function, String... names) {
    if (positional.size() > names.length) {
      throw new TemplateFault(
          function + " takes " + names.length + " arguments at most, not " + positional.size());
    }
    Set<String> known = Set.of(names);
    for (String name : named.keySet()) {
      if (!known.contains(name)) {
        throw new TemplateFault(function + " has no argument '" + name + "'");
      }
    }
    return this;
  }

  /// The argument at a place or with a name; null if it was not given.
  @Nullable Object get(int place, String name) {
    return place < positional.size() ? positional.get(place) : named.get(name);
  }

  Object get(int place, String name, Object otherwise) {
    return Objects.requireNonNullElse(get(place, name), otherwise);
  }

  Object required(String function, int place, String name) {
    Object value = get(place, name);
    if (value == null) {
      throw new TemplateFault(function + " needs the argument '" + name + "'");
    }
    return value;
  }

  String string(String function, int place, String name) {
    return Python.string(required(function, place, name), function);
  }

  int integer(int place, String name, int otherwise) {
    Object value = get(place, name);
    return value == null ? otherwise : Python.index(value);
  }

  /// The arguments behind the first `count` positional ones.
  Arguments without(int count) {
    return new Arguments(
        positional.subList(Math.min(count, positional.size()), positional.size()), named);
  }
}
