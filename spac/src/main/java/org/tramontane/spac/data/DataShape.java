package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.tramontane.tensor.UserError;

/// The common shapes of preference rows, told apart by their keys.
public enum DataShape {
  /// `prompt_ids`, `chosen_ids`, `rejected_ids` and maybe `self_ids`: token ids, taken as they are.
  PRETOKENIZED("prompt_ids/chosen_ids/rejected_ids"),
  /// `instruction`, maybe `input`, `chosen`, `rejected`: the prompt is made by [PromptTemplate].
  INSTRUCTION("instruction/input/chosen/rejected"),
  /// `prompt`, `completion`, `label`: a response that is good or bad by itself.
  LABELLED("prompt/completion/label"),
  /// `prompt`, `chosen`, `rejected`: text that is used as it is.
  PROMPT("prompt/chosen/rejected"),
  /// `chosen` and `rejected` are whole dialogues; see [Transcript].
  TRANSCRIPT("chosen/rejected transcripts");

  private final String label;

  DataShape(String label) {
    this.label = label;
  }

  /// Keys, as messages and records name the shape.
  public String label() {
    return label;
  }

  /// The shape of a row.
  ///
  /// @throws UserError if it has none of these shapes
  static DataShape of(ObjectNode row, String where) {
    if (row.has("prompt_ids")) {
      return PRETOKENIZED;
    }
    if (row.has("instruction")) {
      return INSTRUCTION;
    }
    if (row.has("prompt") && row.has("completion") && row.has("label")) {
      return LABELLED;
    }
    if (row.has("prompt")) {
      return PROMPT;
    }
    if (row.has("chosen") && row.has("rejected")) {
      return TRANSCRIPT;
    }
    List<String> keys = row.properties().stream().map(entry -> entry.getKey()).toList();
    String allowed =
        Arrays.stream(values()).map(DataShape::label).collect(Collectors.joining(", "));
    throw new UserError(where + ": keys " + keys + " fit no known shape; known are " + allowed);
  }
}
