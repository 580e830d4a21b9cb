package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;

/// Makes a [DataRow] of one JSON object of a known [DataShape].
///
/// @param where file and line or row number
/// @param row the object
/// @param purpose which responses it needs
record RowReader(String where, ObjectNode row, DataPurpose purpose) {
  /// Under which key data for supervised fine-tuning has its response; the first that is there counts.
  private static final List<String> RESPONSE_KEYS =
      List.of("chosen", "output", "response", "completion");

  private static final List<String> RESPONSE_ID_KEYS =
      List.of("chosen_ids", "response_ids", "completion_ids");

  DataRow read(DataShape shape) {
    return switch (shape) {
      case PRETOKENIZED -> pretokenized();
      case INSTRUCTION ->
          text(PromptTemplate.prompt(string("instruction"), optionalString("input")));
      case LABELLED -> labelled();
      case PROMPT -> text(string("prompt"));
      case TRANSCRIPT -> transcript();
      case CONVERSATION -> conversation().explicit();
      case IMPLICIT_CONVERSATION -> conversation().implicit();
      case MESSAGES -> single(shape).dialogue();
      case COMPLETION_CONVERSATION -> single(shape).completion();
      case LABELLED_CONVERSATION -> {
        requireUnpaired();
        yield conversation().labelled(label());
      }
    };
  }

  private ConversationReader conversation() {
    return new ConversationReader(where, row, purpose);
  }

  /// A reader of a shape with one response.
  private ConversationReader single(DataShape shape) {
    return switch (purpose) {
      case SUPERVISED, DEMONSTRATIONS -> conversation();
      case PREFERENCES, UNPAIRED ->
          throw new UserError(
              where
                  + ": the row has the shape "
                  + shape.label()
                  + ", which has one response and no label; only sft and spin read it");
    };
  }

  private DataRow text(String prompt) {
    Content x = new Content.Text(prompt);
    return switch (purpose) {
      case PREFERENCES, UNPAIRED ->
          new DataRow(where, x, response("chosen"), response("rejected"), null);
      case SUPERVISED -> new DataRow(where, x, response(firstOf(RESPONSE_KEYS)), null, null);
      case DEMONSTRATIONS ->
          new DataRow(
              where,
              x,
              response(firstOf(RESPONSE_KEYS)),
              row.hasNonNull("rejected") ? response("rejected") : null,
              null);
    };
  }

  private DataRow labelled() {
    requireUnpaired();
    Content x = new Content.Text(string("prompt"));
    return new DataRow(where, x, response("completion"), null, null, label());
  }

  private void requireUnpaired() {
    if (purpose != DataPurpose.UNPAIRED) {
      throw new UserError(
          where
              + ": a response with a \"label\", which only kto and bco read; give pairs of"
              + " \"chosen\" and \"rejected\", or remove the labels for sft and spin");
    }
  }

  /// Whether the row's response is desirable.
  private boolean label() {
    JsonNode node = present("label");
    if (!node.isBoolean()) {
      throw wrongType("label", node, "true or false");
    }
    return node.booleanValue();
  }

  private DataRow transcript() {
    Transcript pair = Transcript.split(string("chosen"), string("rejected"), where);
    return new DataRow(
        where,
        new Content.Text(pair.prompt()),
        notEmpty("chosen", pair.chosen()),
        switch (purpose) {
          case PREFERENCES, UNPAIRED, DEMONSTRATIONS -> notEmpty("rejected", pair.rejected());
          case SUPERVISED -> null;
        },
        null);
  }

  private DataRow pretokenized() {
    Content x = ids("prompt_ids");
    if (purpose == DataPurpose.UNPAIRED && row.has("completion_ids")) {
      return new DataRow(where, x, ids("completion_ids"), null, null, label());
    }
    return switch (purpose) {
      case PREFERENCES, UNPAIRED ->
          new DataRow(
              where,
              x,
              ids("chosen_ids"),
              ids("rejected_ids"),
              row.hasNonNull("self_ids") ? ids("self_ids") : null);
      case SUPERVISED -> new DataRow(where, x, ids(firstOf(RESPONSE_ID_KEYS)), null, null);
      case DEMONSTRATIONS ->
          new DataRow(
              where,
              x,
              ids(firstOf(RESPONSE_ID_KEYS)),
              row.hasNonNull("rejected_ids") ? ids("rejected_ids") : null,
              null);
    };
  }

  private String firstOf(List<String> keys) {
    return keys.stream()
        .filter(row::has)
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    where
                        + ": no response; one of the keys "
                        + keys.stream().collect(Collectors.joining(", "))
                        + " is needed"));
  }

  private Content response(String key) {
    return notEmpty(key, string(key));
  }

  private Content notEmpty(String key, String text) {
    if (text.isBlank()) {
      throw new UserError(
          where + ": \"" + key + "\" is an empty response; remove the row or fill it");
    }
    return new Content.Text(text);
  }

  private String string(String key) {
    JsonNode node = present(key);
    if (!node.isTextual()) {
      throw wrongType(key, node, "a string");
    }
    return node.textValue();
  }

  private String optionalString(String key) {
    return row.hasNonNull(key) ? string(key) : "";
  }

  private Content ids(String key) {
    JsonNode node = present(key);
    if (!node.isArray()) {
      throw wrongType(key, node, "an array of token ids");
    }
    if (node.isEmpty()) {
      throw new UserError(where + ": \"" + key + "\" is empty; at least one token id is needed");
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = node.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw new UserError(
            where
                + ": \""
                + key
                + "\"["
                + i
                + "] is "
                + abbreviated(id)
                + "; a token id is needed");
      }
      ids[i] = id.intValue();
    }
    return new Content.Tokens(ids);
  }

  private JsonNode present(String key) {
    @Nullable JsonNode node = row.get(key);
    if (node == null) {
      List<String> keys = row.properties().stream().map(entry -> entry.getKey()).toList();
      throw new UserError(where + ": \"" + key + "\" is missing; the row has " + keys);
    }
    return node;
  }

  private UserError wrongType(String key, JsonNode node, String needed) {
    return new UserError(
        where + ": \"" + key + "\" is " + abbreviated(node) + "; " + needed + " is needed");
  }

  static String abbreviated(JsonNode node) {
    String text = node.toString();
    return text.length() <= 40 ? text : text.substring(0, 37) + "...";
  }
}
