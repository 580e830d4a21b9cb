package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// Makes a [DataRow] of a row whose prompt or responses are lists of messages.
///
/// Where a row of whole dialogues has no prompt of its own, the prompt is the messages that both begin with, as TRL's
/// `extract_prompt` takes them; at least the last message of each is its response.
///
/// @param where file and row
/// @param row the object
/// @param purpose which responses it needs
record ConversationReader(String where, ObjectNode row, DataPurpose purpose) {
  private static final String ASSISTANT = "assistant";

  /// Whether a row has a list of messages, maybe an empty one, under `key`.
  static boolean isMessages(ObjectNode row, String key) {
    JsonNode node = row.path(key);
    return node.isArray() && (node.isEmpty() || node.get(0).isObject());
  }

  /// `prompt` with `chosen` and `rejected`.
  DataRow explicit() {
    return row(prompt("prompt"), messages("chosen"), rejectedOrNull());
  }

  private @Nullable List<ObjectNode> rejectedOrNull() {
    return switch (purpose) {
      case PREFERENCES, UNPAIRED -> messages("rejected");
      case DEMONSTRATIONS -> row.hasNonNull("rejected") ? messages("rejected") : null;
      case SUPERVISED -> null;
    };
  }

  /// `chosen` and `rejected` as whole dialogues.
  DataRow implicit() {
    List<ObjectNode> chosen = messages("chosen");
    List<ObjectNode> rejected = messages("rejected");
    int most = Math.min(chosen.size(), rejected.size()) - 1;
    int common = 0;
    while (common < most && chosen.get(common).equals(rejected.get(common))) {
      common++;
    }
    if (common == 0) {
      throw new UserError(
          where
              + ": \"chosen\" and \"rejected\" begin with different messages, so there is no prompt");
    }
    return row(
        requirePrompt("chosen", chosen.subList(0, common)),
        chosen.subList(common, chosen.size()),
        purpose == DataPurpose.SUPERVISED ? null : rejected.subList(common, rejected.size()));
  }

  /// `messages`: a dialogue whose last message is the response.
  DataRow dialogue() {
    List<ObjectNode> messages = messages("messages");
    if (messages.size() < 2) {
      throw new UserError(
          where
              + ": \"messages\" has "
              + messages.size()
              + " message; a prompt and a response are needed");
    }
    int last = messages.size() - 1;
    return row(
        requirePrompt("messages", messages.subList(0, last)),
        messages.subList(last, last + 1),
        null);
  }

  /// `prompt` with `completion`.
  DataRow completion() {
    return row(prompt("prompt"), messages("completion"), null);
  }

  /// `prompt` with `completion`, and whether that is desirable.
  DataRow labelled(boolean label) {
    return new DataRow(
        where,
        content(prompt("prompt")),
        response("completion", messages("completion")),
        null,
        null,
        label);
  }

  private DataRow row(
      List<ObjectNode> prompt, List<ObjectNode> chosen, @Nullable List<ObjectNode> rejected) {
    return new DataRow(
        where,
        content(prompt),
        response("chosen", chosen),
        rejected == null ? null : response("rejected", rejected),
        null);
  }

  private static Content content(List<ObjectNode> messages) {
    return new Content.Messages(messages);
  }

  private Content response(String key, List<ObjectNode> messages) {
    ObjectNode last = messages.getLast();
    if (!role(last).equals(ASSISTANT)) {
      throw new UserError(
          where
              + ": the last message of "
              + (row.has(key) ? "\"" + key + "\"" : "the response")
              + " is of the role \""
              + role(last)
              + "\"; the response has to end with one of the assistant");
    }
    if (last.path("content").asText().isBlank() && last.path("tool_calls").isEmpty()) {
      throw new UserError(
          where
              + ": "
              + (row.has(key) ? "\"" + key + "\"" : "the last message")
              + " is an empty response; remove the row or fill it");
    }
    return content(messages);
  }

  private List<ObjectNode> prompt(String key) {
    return requirePrompt(key, messages(key));
  }

  private List<ObjectNode> requirePrompt(String key, List<ObjectNode> messages) {
    if (role(messages.getLast()).equals(ASSISTANT)) {
      throw new UserError(
          where
              + ": the prompt in \""
              + key
              + "\" ends with a message of the assistant; it has to end with one that is to be answered");
    }
    return messages;
  }

  private static String role(ObjectNode message) {
    return message.path("role").asText();
  }

  private List<ObjectNode> messages(String key) {
    JsonNode node = row.path(key);
    if (!node.isArray() || node.isEmpty()) {
      throw new UserError(
          where
              + ": \""
              + key
              + "\" is "
              + (node.isMissingNode()
                  ? "missing"
                  : node.isArray() ? "empty" : RowReader.abbreviated(node))
              + "; a list of messages is needed");
    }
    List<ObjectNode> messages = new ArrayList<>();
    for (JsonNode element : node) {
      String place = where + ": \"" + key + "\"[" + messages.size() + "]";
      if (!(element instanceof ObjectNode message) || !message.path("role").isTextual()) {
        throw new UserError(
            place + " is " + RowReader.abbreviated(element) + "; a message with a role is needed");
      }
      JsonNode content = message.path("content");
      boolean calls = !message.path("tool_calls").isEmpty();
      if (!content.isTextual() && !(calls && (content.isNull() || content.isMissingNode()))) {
        throw new UserError(
            place
                + ": \"content\" is "
                + (content.isMissingNode() ? "missing" : RowReader.abbreviated(content))
                + "; a text is needed");
      }
      messages.add(message);
    }
    return messages;
  }
}
