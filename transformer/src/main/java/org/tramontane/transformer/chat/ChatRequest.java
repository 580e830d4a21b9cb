package org.tramontane.transformer.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.chat.ChatMessage.AssistantMessage;
import org.tramontane.transformer.chat.ChatMessage.SystemMessage;
import org.tramontane.transformer.chat.ChatMessage.ToolCall;
import org.tramontane.transformer.chat.ChatMessage.ToolMessage;
import org.tramontane.transformer.chat.ChatMessage.UserMessage;

/// A conversation and the tools that the model may call.
public record ChatRequest(List<ChatMessage> messages, List<Tool> tools) {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  public ChatRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  /// Reads the JSON of a chat-completion request: `messages` and, if there are any, `tools`. Other keys are ignored.
  ///
  /// @param source what to call the text in an error, such as its file
  /// @throws UserError if the text is not such a request
  public static ChatRequest parse(String source, String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UserError(source + ": not valid JSON (" + e.getOriginalMessage() + ")", e);
    }
    if (!root.path("messages").isArray()) {
      throw new UserError(source + ": messages: expected an array");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : root.path("messages")) {
      messages.add(message(source + ": messages[" + messages.size() + "]", message));
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : array(source, "tools", root.path("tools"))) {
      tools.add(tool(source + ": tools[" + tools.size() + "]", tool));
    }
    return new ChatRequest(messages, tools);
  }

  private static ChatMessage message(String place, JsonNode message) {
    String role = text(place, message, "role");
    return switch (role) {
      case "system" -> new SystemMessage(text(place, message, "content"));
      case "user" -> new UserMessage(text(place, message, "content"));
      case "assistant" -> assistant(place, message);
      case "tool" ->
          new ToolMessage(
              text(place, message, "content"),
              optional(place, message, "name"),
              optional(place, message, "tool_call_id"));
      default ->
          throw new UserError(
              place + ".role: '" + role + "' is not one of system, user, assistant, tool");
    };
  }

  private static AssistantMessage assistant(String place, JsonNode message) {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : array(place, "tool_calls", message.path("tool_calls"))) {
      String at = place + ".tool_calls[" + calls.size() + "]";
      JsonNode function = call.path("function");
      JsonNode arguments = function.path("arguments");
      calls.add(
          new ToolCall(
              optional(at, call, "id"),
              text(at + ".function", function, "name"),
              arguments.isObject()
                  ? arguments.toString()
                  : text(at + ".function", function, "arguments")));
    }
    String content = optional(place, message, "content");
    return new AssistantMessage(
        content == null ? "" : content, calls, flag(place, message, "prefix"));
  }

  private static boolean flag(String place, JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new UserError(place + "." + key + ": expected true or false");
    }
    return value.booleanValue();
  }

  private static Tool tool(String place, JsonNode tool) {
    JsonNode function = tool.path("function");
    String description = optional(place + ".function", function, "description");
    if (!(function.path("parameters") instanceof ObjectNode parameters)) {
      throw new UserError(place + ".function.parameters: expected an object");
    }
    return new Tool(
        text(place + ".function", function, "name"),
        description == null ? "" : description,
        parameters);
  }

  private static JsonNode array(String place, String key, JsonNode node) {
    if (!node.isMissingNode() && !node.isNull() && !node.isArray()) {
      throw new UserError(place + ": " + key + ": expected an array");
    }
    return node;
  }

  private static @Nullable String optional(String place, JsonNode node, String key) {
    return node.path(key).isMissingNode() || node.path(key).isNull()
        ? null
        : text(place, node, key);
  }

  private static String text(String place, JsonNode node, String key) {
    if (!node.path(key).isTextual()) {
      throw new UserError(place + "." + key + ": expected a string");
    }
    return node.path(key).textValue();
  }
}
