package org.tramontane.spac.eval.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.tensor.UserError;

/// One row of a benchmark file; every fault is a [UserError] that names file, row and key.
///
/// @param where file and row, for messages
/// @param json the row
public record EvalRow(String where, ObjectNode json) {

  /// Whether the row has `key`.
  public boolean has(String key) {
    return json.hasNonNull(key);
  }

  /// The text at `key`.
  public String text(String key) {
    JsonNode value = json.path(key);
    if (!value.isTextual()) {
      throw wrong(key, "text", value);
    }
    return value.textValue();
  }

  /// The texts at `key`, one or more.
  public List<String> texts(String key) {
    return texts(key, json.path(key));
  }

  /// The texts of `values`, which stand at `key`, one or more.
  public List<String> texts(String key, JsonNode values) {
    if (!values.isArray() || values.isEmpty()) {
      throw wrong(key, "a list of texts", values);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw wrong(key + "[" + texts.size() + "]", "text", value);
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  /// The whole number at `key`, also where it is written as text, in `[from, to)`.
  public int index(String key, int from, int to) {
    JsonNode value = json.path(key);
    int number = value.isTextual() || value.isIntegralNumber() ? value.asInt(from - 1) : from - 1;
    if (number < from || number >= to) {
      throw wrong(key, "a whole number from " + from + " to " + (to - 1), value);
    }
    return number;
  }

  /// The fault that `found` stands where `expected` should, at `key`.
  public UserError wrong(String key, String expected, JsonNode found) {
    String shown = found.isMissingNode() ? "nothing" : found.toString();
    return new UserError(
        where
            + ": "
            + key
            + ": expected "
            + expected
            + ", found "
            + (shown.length() > 60 ? shown.substring(0, 60) + "..." : shown));
  }
}
