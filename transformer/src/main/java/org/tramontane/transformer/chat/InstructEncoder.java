package org.tramontane.transformer.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.chat.ChatMessage.AssistantMessage;
import org.tramontane.transformer.chat.ChatMessage.SystemMessage;
import org.tramontane.transformer.chat.ChatMessage.ToolCall;
import org.tramontane.transformer.chat.ChatMessage.ToolMessage;
import org.tramontane.transformer.chat.ChatMessage.UserMessage;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Turns chat requests into prompts, BOS included, token for token as mistral-common does.
///
/// Text is encoded stretch by stretch and control tokens are put in by id, so that no text can forge them.
public final class InstructEncoder {
  private static final String BREAK = "\n\n";

  private final InstructVersion version;
  private final Tokenizer tokenizer;
  private final int bos;
  private final int eos;

  /// @throws UserError if `tokenizer` lacks a token that `version` needs
  public InstructEncoder(InstructVersion version, Tokenizer tokenizer) {
    this.version = version;
    this.tokenizer = tokenizer;
    this.bos = required(tokenizer.bosId(), "BOS");
    this.eos = required(tokenizer.eosId(), "EOS");
    if (version != InstructVersion.V1) {
      for (String control :
          new String[] {
            "[INST]",
            "[/INST]",
            "[AVAILABLE_TOOLS]",
            "[/AVAILABLE_TOOLS]",
            "[TOOL_CALLS]",
            "[TOOL_RESULTS]",
            "[/TOOL_RESULTS]"
          }) {
        control(control);
      }
    }
  }

  /// The prompt's token ids.
  ///
  /// @throws UserError if the order of messages is one that no model was trained on, or the version has no tools
  public int[] encode(ChatRequest request) {
    ChatRules.check(request, version);
    String system =
        String.join(
            BREAK,
            request.messages().stream()
                .filter(SystemMessage.class::isInstance)
                .map(m -> ((SystemMessage) m).content())
                .toList());
    List<ChatMessage> turns = turns(request.messages());
    int[] users =
        IntStream.range(0, turns.size()).filter(i -> turns.get(i) instanceof UserMessage).toArray();
    if (users.length == 0) {
      throw new UserError("messages: a chat needs at least one user message");
    }
    int lastUser = users[users.length - 1];
    int systemTurn = version == InstructVersion.V1 ? users[0] : lastUser;
    Prompt prompt = new Prompt();
    prompt.add(bos);
    for (int i = 0; i < turns.size(); i++) {
      switch (turns.get(i)) {
        case SystemMessage message ->
            throw new IllegalStateException("system messages are no turns");
        case UserMessage message -> {
          String content =
              i == systemTurn && !system.isEmpty()
                  ? system + BREAK + message.content()
                  : message.content();
          user(content, i == lastUser ? request.tools() : List.of(), prompt);
        }
        case AssistantMessage message -> assistant(message, i > lastUser, prompt);
        case ToolMessage message -> i = toolResults(turns, i, i > lastUser, prompt);
      }
    }
    return prompt.ids();
  }

  /// Neighbouring messages of one role become one, as in mistral-common; tool results stay apart.
  private static List<ChatMessage> turns(List<ChatMessage> messages) {
    List<ChatMessage> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      ChatMessage before = turns.isEmpty() ? new SystemMessage("") : turns.getLast();
      if (message instanceof SystemMessage) {
        continue;
      }
      if (before instanceof UserMessage a && message instanceof UserMessage b) {
        turns.set(turns.size() - 1, new UserMessage(a.content() + BREAK + b.content()));
      } else if (before instanceof AssistantMessage a && message instanceof AssistantMessage b) {
        turns.set(turns.size() - 1, join(a, b));
      } else {
        turns.add(message);
      }
    }
    return turns;
  }

  private static AssistantMessage join(AssistantMessage a, AssistantMessage b) {
    List<ToolCall> calls = new ArrayList<>(a.toolCalls());
    calls.addAll(b.toolCalls());
    String separator = a.content().isEmpty() || b.content().isEmpty() ? "" : BREAK;
    return new AssistantMessage(a.content() + separator + b.content(), calls, b.prefix());
  }

  private void user(String content, List<Tool> tools, Prompt prompt) {
    if (version == InstructVersion.V1) {
      if (!tools.isEmpty()) {
        throw noTools();
      }
      prompt.text("[INST] " + content + " [/INST]");
      return;
    }
    if (!tools.isEmpty()) {
      ArrayNode list = ChatRequest.JSON.createArrayNode();
      for (Tool tool : tools) {
        ObjectNode function = list.addObject().put("type", "function").putObject("function");
        function.put("name", tool.name()).put("description", tool.description());
        function.set("parameters", tool.parameters());
      }
      prompt
          .control("[AVAILABLE_TOOLS]")
          .text(PythonJson.write(list))
          .control("[/AVAILABLE_TOOLS]");
    }
    prompt.control("[INST]").text(content).control("[/INST]");
  }

  private void assistant(AssistantMessage message, boolean current, Prompt prompt) {
    if (message.toolCalls().isEmpty()) {
      prompt.text(
          version == InstructVersion.V1
              ? message.content()
              : withoutSpacesBehind(message.content()));
    } else if (version == InstructVersion.V1) {
      throw noTools();
    } else if (version == InstructVersion.V2 && !current) {
      return;
    } else {
      ArrayNode calls = ChatRequest.JSON.createArrayNode();
      for (ToolCall call : message.toolCalls()) {
        ObjectNode node = calls.addObject().put("name", call.name());
        node.set("arguments", arguments(call));
        if (version == InstructVersion.V3) {
          node.put("id", call.id());
        }
      }
      prompt.control("[TOOL_CALLS]").text(PythonJson.write(calls));
    }
    if (!message.prefix()) {
      prompt.add(eos);
    }
  }

  /// V2 writes neighbouring results as one list, V3 one by one. Returns the index of the last result written.
  private int toolResults(List<ChatMessage> turns, int from, boolean current, Prompt prompt) {
    if (version == InstructVersion.V1) {
      throw noTools();
    }
    ArrayNode list = ChatRequest.JSON.createArrayNode();
    int at = from;
    while (at < turns.size() && turns.get(at) instanceof ToolMessage message) {
      ObjectNode node = list.addObject();
      if (version == InstructVersion.V2) {
        node.put("name", message.name()).set("content", content(message));
      } else {
        node.set("content", content(message));
        node.put("call_id", message.callId());
      }
      at++;
    }
    if (version == InstructVersion.V3) {
      list.forEach(result -> result(result, prompt));
    } else if (current) {
      result(list, prompt);
    }
    return at - 1;
  }

  private static void result(JsonNode json, Prompt prompt) {
    prompt.control("[TOOL_RESULTS]").text(PythonJson.write(json)).control("[/TOOL_RESULTS]");
  }

  private static JsonNode arguments(ToolCall call) {
    String message = "the arguments of the tool call '" + call.name() + "' are not valid JSON: ";
    try {
      JsonNode json = ChatRequest.JSON.readTree(call.arguments());
      if (json.isMissingNode()) {
        throw new UserError(message + "they are empty; {} stands for no arguments");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new UserError(message + call.arguments(), e);
    }
  }

  /// Spaces only: a line break stays, and so do the spaces in front of it.
  private static String withoutSpacesBehind(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }

  /// A result that is JSON is written as JSON, any other as a string.
  private static JsonNode content(ToolMessage message) {
    try {
      JsonNode json = ChatRequest.JSON.readTree(message.content());
      return json.isMissingNode() ? TextNode.valueOf(message.content()) : json;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(message.content());
    }
  }

  private int control(String piece) {
    return required(tokenizer.id(piece), piece);
  }

  private int required(OptionalInt id, String what) {
    return id.orElseThrow(
        () ->
            new UserError(
                "the tokenizer has no "
                    + what
                    + " token, which chat format "
                    + version
                    + " needs"));
  }

  private static UserError noTools() {
    return new UserError(
        "chat format V1 has no tools; remove tools, tool_calls and tool messages or use V2 or V3");
  }

  private final class Prompt {
    private final IntStream.Builder ids = IntStream.builder();

    void add(int id) {
      ids.add(id);
    }

    Prompt control(String piece) {
      add(InstructEncoder.this.control(piece));
      return this;
    }

    Prompt text(String text) {
      for (int id : tokenizer.encode(text)) {
        add(id);
      }
      return this;
    }

    int[] ids() {
      return ids.build().toArray();
    }
  }
}
