package org.tramontane.transformer.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Turns conversations into token ids by a checkpoint's chat template.
///
/// - What the template writes is all there is: no BOS is put before it and no EOS behind it.
/// - Special tokens in the text become their ids, as transformers does it, wherever they come from.
/// - A prompt is written with the generation prompt, which is the beginning of the assistant's answer as the template
///   has it, such as `<|assistant|>`. The response is everything behind that: what the template writes for prompt and
///   response together, without what it writes for the prompt. It begins where the tokens of the two first differ.
public final class ConversationEncoder implements ConversationFormat {
  private final ChatTemplate template;
  private final Tokenizer tokenizer;

  /// An encoder for a template and the tokenizer beside it.
  ///
  /// @throws UserError if the tokenizer takes a special token of the template for common text
  public ConversationEncoder(ChatTemplate template, Tokenizer tokenizer) {
    this.template = template;
    this.tokenizer = tokenizer;
    for (Map.Entry<String, String> token : template.specialTokens().entrySet()) {
      OptionalInt id = tokenizer.id(token.getValue());
      if (id.isPresent()
          && !Arrays.equals(tokenizer.encode(token.getValue()), new int[] {id.getAsInt()})) {
        throw new UserError(
            template.origin()
                + ": the tokenizer reads the "
                + token.getKey()
                + " '"
                + token.getValue()
                + "' as common text; a chat template needs a tokenizer.json that lists it among its"
                + " added_tokens");
      }
    }
  }

  @Override
  public String description() {
    return template.origin();
  }

  /// The prompt, with the generation prompt at its end.
  ///
  /// @throws UserError if the template refuses the conversation, or writes nothing
  @Override
  public int[] prompt(List<ObjectNode> messages) {
    return encode(template.render(messages, true));
  }

  /// A prompt and its response.
  ///
  /// @throws UserError if the template refuses the conversation, or changes how it writes the prompt when the response
  ///     follows
  @Override
  public Completion completion(List<ObjectNode> prompt, List<ObjectNode> response) {
    String before = template.render(prompt, true);
    List<ObjectNode> messages = new ArrayList<>(prompt);
    messages.addAll(response);
    String whole = template.render(messages, false);
    if (!whole.startsWith(before)) {
      int same = 0;
      while (same < Math.min(before.length(), whole.length())
          && before.charAt(same) == whole.charAt(same)) {
        same++;
      }
      throw new UserError(
          template.origin()
              + ": with the response behind it, the prompt is written otherwise from character "
              + (same + 1)
              + " on; prompt and response can't be told apart");
    }
    int[] alone = encode(before);
    int[] both = encode(whole);
    int border = Arrays.mismatch(alone, both);
    if (border < 0 || border == both.length) {
      throw new UserError(template.origin() + ": writes nothing for the response");
    }
    if (border == 0) {
      throw new UserError(template.origin() + ": prompt and response begin with one token");
    }
    return new Completion(
        Arrays.copyOf(both, border), Arrays.copyOfRange(both, border, both.length));
  }

  private int[] encode(String text) {
    int[] ids = tokenizer.encode(text);
    if (ids.length == 0) {
      throw new UserError(template.origin() + ": writes nothing for the prompt");
    }
    return ids;
  }
}
