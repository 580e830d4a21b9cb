package org.tramontane.transformer.chat;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.chat.ChatMessage.AssistantMessage;
import org.tramontane.transformer.chat.ChatMessage.ToolCall;
import org.tramontane.transformer.chat.ChatMessage.ToolMessage;

/// Which conversations a model was trained on; anything else is refused.
final class ChatRules {
  private static final Pattern CALL_ID = Pattern.compile("[a-zA-Z0-9]{9}");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private ChatRules() {}

  static void check(ChatRequest request, InstructVersion version) {
    List<ChatMessage> messages = request.messages();
    if (messages.isEmpty()) {
      throw new UserError("messages: a chat needs at least one message");
    }
    request.tools().forEach(tool -> name("tools", tool.name()));
    String previous = "the start";
    int openCalls = 0;
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      String place = "messages[" + i + "]";
      Set<String> allowed = rolesBehind(previous);
      if (!allowed.contains(message.role())) {
        throw new UserError(
            place
                + ": role "
                + message.role()
                + " cannot follow "
                + previous
                + "; allowed: "
                + String.join(", ", allowed.stream().sorted().toList()));
      }
      if (message instanceof ToolMessage tool) {
        callId(place + ".tool_call_id", tool.callId(), version);
        if (--openCalls < 0) {
          throw new UserError(place + ": more tool results than tool calls");
        }
      } else if (openCalls > 0) {
        throw new UserError(place + ": " + openCalls + " tool calls before it have no result");
      }
      if (message instanceof AssistantMessage assistant) {
        assistant(place, assistant, i + 1 == messages.size(), version);
        openCalls = assistant.toolCalls().size();
      }
      previous = message.role();
    }
    last(messages.getLast(), messages.size() - 1, openCalls);
  }

  private static Set<String> rolesBehind(String role) {
    return switch (role) {
      case "the start" -> Set.of("system", "user");
      case "assistant" -> Set.of("assistant", "user", "tool");
      case "tool" -> Set.of("assistant", "tool");
      default -> Set.of("system", "user", "assistant");
    };
  }

  private static void assistant(
      String place, AssistantMessage message, boolean last, InstructVersion version) {
    if (message.content().isEmpty() == message.toolCalls().isEmpty()) {
      throw new UserError(
          place + ": an assistant message needs either content or tool_calls, not both");
    }
    if (message.prefix() && !last) {
      throw new UserError(place + ".prefix: only the last message may be a prefix");
    }
    for (ToolCall call : message.toolCalls()) {
      name(place + ".tool_calls", call.name());
      callId(place + ".tool_calls", call.id(), version);
    }
  }

  private static void last(ChatMessage message, int index, int openCalls) {
    boolean fits =
        switch (message) {
          case ChatMessage.UserMessage user -> true;
          case ToolMessage tool -> openCalls == 0;
          case AssistantMessage assistant -> assistant.prefix() && assistant.toolCalls().isEmpty();
          case ChatMessage.SystemMessage system -> false;
        };
    if (!fits) {
      throw new UserError(
          "messages["
              + index
              + "]: the last message must be from the user, the last of the tool results or an assistant prefix, found "
              + message.role());
    }
  }

  private static void name(String place, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new UserError(
          place + ": the function name '" + name + "' must be 1 to 64 of a-z, A-Z, 0-9, _ and -");
    }
  }

  private static void callId(String place, @Nullable String id, InstructVersion version) {
    if (version == InstructVersion.V3 && (id == null || !CALL_ID.matcher(id).matches())) {
      throw new UserError(place + ": the call id '" + id + "' must be nine letters or digits");
    }
  }
}
