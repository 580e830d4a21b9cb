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
  TRANSCRIPT("chosen/rejected transcripts"),
  /// `prompt`, `chosen`, `rejected` as lists of messages.
  CONVERSATION("prompt/chosen/rejected as messages"),
  /// `chosen`, `rejected` as lists of messages that begin with the prompt; a `prompt` that is a text is not read.
  IMPLICIT_CONVERSATION("chosen/rejected as messages"),
  /// `messages`, of which the last one is the response.
  MESSAGES("messages"),
  /// `prompt`, `completion` as lists of messages.
  COMPLETION_CONVERSATION("prompt/completion as messages"),
  /// `prompt`, `completion` as lists of messages, and `label`.
  LABELLED_CONVERSATION("prompt/completion/label as messages");

  private final String label;

  DataShape(String label) {
    this.label = label;
  }

  /// Keys, as messages and records name the shape.
  public String label() {
    return label;
  }

  /// Whether prompts and responses are messages, which a chat template makes text of.
  public boolean isConversation() {
    return switch (this) {
      case PRETOKENIZED, INSTRUCTION, LABELLED, PROMPT, TRANSCRIPT -> false;
      case CONVERSATION,
          IMPLICIT_CONVERSATION,
          MESSAGES,
          COMPLETION_CONVERSATION,
          LABELLED_CONVERSATION ->
          true;
    };
  }

  /// All labels, with commas between them.
  static String labels() {
    return Arrays.stream(values()).map(DataShape::label).collect(Collectors.joining(", "));
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
    if (ConversationReader.isMessages(row, "chosen")) {
      return ConversationReader.isMessages(row, "prompt") ? CONVERSATION : IMPLICIT_CONVERSATION;
    }
    if (ConversationReader.isMessages(row, "messages")) {
      return MESSAGES;
    }
    if (ConversationReader.isMessages(row, "prompt")) {
      return row.has("label") ? LABELLED_CONVERSATION : COMPLETION_CONVERSATION;
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
    throw new UserError(where + ": keys " + keys + " fit no known shape; known are " + labels());
  }
}
