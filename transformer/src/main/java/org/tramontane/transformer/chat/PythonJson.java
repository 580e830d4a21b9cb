package org.tramontane.transformer.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import org.tramontane.transformer.chat.internal.PythonFloat;

/// Writes JSON as Python's `json.dumps(value, ensure_ascii=False)` does, which the models were trained on: a space
/// behind each comma and colon, and Python's spelling of numbers.
final class PythonJson {
  private PythonJson() {}

  static String write(JsonNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString();
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      out.append('{');
      Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        string(field.getKey(), out);
        out.append(": ");
        write(field.getValue(), out);
        out.append(fields.hasNext() ? ", " : "");
      }
      out.append('}');
    } else if (node.isArray()) {
      out.append('[');
      Iterator<JsonNode> elements = node.iterator();
      while (elements.hasNext()) {
        write(elements.next(), out);
        out.append(elements.hasNext() ? ", " : "");
      }
      out.append(']');
    } else if (node.isTextual()) {
      string(node.textValue(), out);
    } else if (node.isFloatingPointNumber()) {
      out.append(PythonFloat.repr(node.doubleValue()));
    } else {
      out.append(node.asText());
    }
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
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
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
