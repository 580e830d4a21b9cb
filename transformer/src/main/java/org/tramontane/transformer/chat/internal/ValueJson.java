package org.tramontane.transformer.chat.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/// JSON of a template's values, as `json.dumps` writes it.
///
/// @param indent spaces per level; below 0 everything is on one line
/// @param asciiOnly whether other characters are written as `\\u` escapes
/// @param sortKeys whether keys are sorted
record ValueJson(int indent, boolean asciiOnly, boolean sortKeys) {

  String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, 0, out);
    return out.toString();
  }

  private void write(Object value, int depth, StringBuilder out) {
    Python.requireDepth(depth);
    switch (value) {
      case String text -> string(text, out);
      case Boolean b -> Python.append(out, b ? "true" : "false");
      case None none -> Python.append(out, "null");
      case Long number -> Python.append(out, number.toString());
      case Double number -> Python.append(out, PythonFloat.repr(number));
      case List<?> list -> list(list, depth, out);
      case Map<?, ?> map -> map(map, depth, out);
      default ->
          throw new TemplateFault(
              "tojson: a " + Python.typeName(value) + " can't be written as JSON");
    }
  }

  private void list(List<?> list, int depth, StringBuilder out) {
    Python.append(out, "[");
    boolean first = true;
    for (Object element : list) {
      separate(first, depth + 1, out);
      write(element, depth + 1, out);
      first = false;
    }
    end(list.isEmpty(), depth, out).append(']');
  }

  private void map(Map<?, ?> map, int depth, StringBuilder out) {
    Python.append(out, "{");
    List<String> keys = map.keySet().stream().map(key -> Python.string(key, "a JSON key")).toList();
    boolean first = true;
    for (String key : sortKeys ? keys.stream().sorted().toList() : keys) {
      separate(first, depth + 1, out);
      string(key, out);
      Python.append(out, ": ");
      write(Objects.requireNonNull(map.get(key)), depth + 1, out);
      first = false;
    }
    end(map.isEmpty(), depth, out).append('}');
  }

  private void separate(boolean first, int depth, StringBuilder out) {
    if (indent >= 0) {
      Python.append(out, (first ? "\n" : ",\n") + " ".repeat(indent * depth));
    } else {
      Python.append(out, first ? "" : ", ");
    }
  }

  private StringBuilder end(boolean empty, int depth, StringBuilder out) {
    return Python.append(out, indent >= 0 && !empty ? "\n" + " ".repeat(indent * depth) : "");
  }

  private void string(String text, StringBuilder out) {
    Python.append(out, "\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (asciiOnly && c > '~')) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    Python.append(out, "\"");
  }
}
