package org.tramontane.transformer.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a conversation.
public sealed interface ChatMessage {
  /// The role's name in a request, such as `user`.
  String role();

  /// Instructions for the whole conversation.
  record SystemMessage(String content) implements ChatMessage {
    @Override
    public String role() {
      return "system";
    }
  }

  /// What the user says.
  record UserMessage(String content) implements ChatMessage {
    @Override
    public String role() {
      return "user";
    }
  }

  /// What the model said: text or calls.
  ///
  /// @param content empty where there are only calls
  /// @param prefix whether the model is to go on from here, so that no end of sequence follows
  record AssistantMessage(String content, List<ToolCall> toolCalls, boolean prefix)
      implements ChatMessage {
    public AssistantMessage {
      toolCalls = List.copyOf(toolCalls);
    }

    @Override
    public String role() {
      return "assistant";
    }
  }

  /// What a tool answered.
  ///
  /// @param name the tool's name, or null
  /// @param callId the id of the call that this answers, or null
  record ToolMessage(String content, @Nullable String name, @Nullable String callId)
      implements ChatMessage {
    @Override
    public String role() {
      return "tool";
    }
  }

  /// A call of a tool.
  ///
  /// @param id the call's id, or null; v3 asks for nine letters or digits
  /// @param arguments a JSON text
  record ToolCall(@Nullable String id, String name, String arguments) {}
}
