package org.tramontane.transformer.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.chat.internal.JinjaTemplate;
import org.tramontane.transformer.chat.internal.TemplateFault;

/// A checkpoint's chat template: the Jinja program that writes a conversation as the text that the model was trained
/// on.
///
/// It gets what transformers' `apply_chat_template` gives it: `messages`, `add_generation_prompt`, `tools` and
/// `documents` (none) and the special tokens that the tokenizer's files name, such as `bos_token`. Output is the same,
/// character by character; what is not supported is refused when the template is read. Instances are immutable.
public final class ChatTemplate {
  private static final String CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE_FILE = "chat_template.jinja";
  private static final String TEMPLATE_KEY = "chat_template";
  private static final String DEFAULT = "default";
  private static final long MAX_CONFIG = 64L << 20;

  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final String origin;
  private final JinjaTemplate template;
  private final Map<String, String> specialTokens;

  /// A template.
  ///
  /// @param origin what to call it in messages, such as its file
  /// @param specialTokens under transformers' names, such as `bos_token`
  /// @throws UserError if it is broken, or uses what is not supported
  public ChatTemplate(String origin, String source, Map<String, String> specialTokens) {
    this(origin, source, specialTokens, LocalDateTime::now);
  }

  /// As above, with a clock for `strftime_now`.
  ChatTemplate(
      String origin,
      String source,
      Map<String, String> specialTokens,
      Supplier<LocalDateTime> clock) {
    this.origin = origin;
    this.specialTokens = Map.copyOf(specialTokens);
    try {
      this.template = new JinjaTemplate(source, clock);
    } catch (TemplateFault e) {
      throw fault(e);
    }
  }

  /// The template of a checkpoint's folder: `chat_template.jinja`, else `chat_template` in `tokenizer_config.json`,
  /// which is a text or a list of named texts of which the one called `default` is taken.
  ///
  /// @return empty if the folder has none
  /// @throws UserError if it is broken, or uses what is not supported
  public static Optional<ChatTemplate> find(Path folder) {
    Path file = folder.resolve(TEMPLATE_FILE);
    Path configFile = folder.resolve(CONFIG);
    JsonNode config = Files.isRegularFile(configFile) ? json(configFile) : NullNode.instance;
    if (Files.isRegularFile(file)) {
      return Optional.of(
          new ChatTemplate(file.toString(), text(file, JinjaTemplate.MAX_SOURCE), tokens(config)));
    }
    String origin = configFile + ": " + TEMPLATE_KEY;
    JsonNode node = config.path(TEMPLATE_KEY);
    return switch (node.getNodeType()) {
      case MISSING, NULL -> Optional.empty();
      case STRING -> Optional.of(new ChatTemplate(origin, node.textValue(), tokens(config)));
      case ARRAY -> Optional.of(named(origin, node, tokens(config)));
      default -> throw new UserError(origin + ": neither a text nor a list of named templates");
    };
  }

  private static ChatTemplate named(String origin, JsonNode list, Map<String, String> tokens) {
    List<String> names = new ArrayList<>();
    for (JsonNode entry : list) {
      String name = entry.path("name").asText();
      names.add(name);
      if (name.equals(DEFAULT) && entry.path("template").isTextual()) {
        return new ChatTemplate(
            origin + " '" + DEFAULT + "'", entry.path("template").textValue(), tokens);
      }
    }
    throw new UserError(origin + ": no template is called '" + DEFAULT + "' among " + names);
  }

  /// A special token is its text, or an object with the text as `content`.
  private static Map<String, String> tokens(JsonNode config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = config.path(name);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        tokens.put(name, content.textValue());
      }
    }
    return tokens;
  }

  private static JsonNode json(Path file) {
    try {
      return ChatRequest.JSON.readTree(text(file, MAX_CONFIG));
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new UserError(
          file + ": line " + e.getLocation().getLineNr() + ": not valid JSON (" + reason + ")", e);
    }
  }

  private static String text(Path file, long most) {
    try {
      long size = Files.size(file);
      if (size > most) {
        throw new UserError(file + ": has " + size + " bytes; allowed: up to " + most);
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UserError(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /// Where it came from: a file, and the key in it.
  public String origin() {
    return origin;
  }

  /// The special tokens that it may print, under transformers' names.
  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /// A conversation as text.
  ///
  /// @param messages objects with `role` and `content`, and whatever else the template reads
  /// @param addGenerationPrompt whether the beginning of the assistant's next message is added
  /// @throws UserError if the template refuses the conversation, fails, or takes too much time or memory
  public String render(List<ObjectNode> messages, boolean addGenerationPrompt) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    messages.forEach(list::add);
    Map<String, JsonNode> values = new LinkedHashMap<>();
    values.put("messages", list);
    values.put("tools", NullNode.instance);
    values.put("documents", NullNode.instance);
    values.put("add_generation_prompt", BooleanNode.valueOf(addGenerationPrompt));
    specialTokens.forEach((name, token) -> values.put(name, TextNode.valueOf(token)));
    try {
      return template.render(values);
    } catch (TemplateFault e) {
      throw fault(e);
    }
  }

  private UserError fault(TemplateFault e) {
    String reason = e.getMessage() == null ? "" : e.getMessage();
    return new UserError(origin + ": " + reason.strip().replaceAll("\\s*\\R\\s*", " "), e);
  }
}
