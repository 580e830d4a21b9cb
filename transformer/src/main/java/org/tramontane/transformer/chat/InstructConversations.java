package org.tramontane.transformer.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Conversations in one of Mistral's own formats, as mistral-common writes them, for checkpoints without a chat
/// template.
///
/// The response is one message of the assistant: the tokens of its text, and EOS.
public final class InstructConversations implements ConversationFormat {
  private final InstructVersion version;
  private final InstructEncoder encoder;
  private final Tokenizer tokenizer;

  /// @throws UserError if `tokenizer` lacks a token that `version` needs
  public InstructConversations(InstructVersion version, Tokenizer tokenizer) {
    this.version = version;
    this.encoder = new InstructEncoder(version, tokenizer);
    this.tokenizer = tokenizer;
  }

  @Override
  public String description() {
    return "Mistral's format " + version.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int[] prompt(List<ObjectNode> messages) {
    ObjectNode request = ChatRequest.JSON.createObjectNode();
    ArrayNode list = request.putArray("messages");
    messages.forEach(list::add);
    return encoder.encode(ChatRequest.parse(description(), request.toString()));
  }

  @Override
  public Completion completion(List<ObjectNode> prompt, List<ObjectNode> response) {
    ObjectNode answer = response.getFirst();
    if (response.size() > 1
        || !answer.path("role").asText().equals("assistant")
        || !answer.path("content").isTextual()) {
      throw new UserError(
          description() + ": the response has to be one message of the assistant with a text");
    }
    int[] text = tokenizer.encode(answer.path("content").textValue());
    int[] ids = Arrays.copyOf(text, text.length + 1);
    ids[text.length] = tokenizer.eosId().orElseThrow();
    return new Completion(prompt(prompt), ids);
  }
}
