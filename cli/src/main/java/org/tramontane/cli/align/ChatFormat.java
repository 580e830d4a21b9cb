package org.tramontane.cli.align;

import java.nio.file.Path;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.chat.ChatTemplate;
import org.tramontane.transformer.chat.ConversationEncoder;
import org.tramontane.transformer.chat.ConversationFormat;
import org.tramontane.transformer.chat.InstructConversations;
import org.tramontane.transformer.chat.InstructVersion;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// How messages become token ids.
enum ChatFormat {
  /// By the Jinja template in the model's folder.
  TEMPLATE,
  /// By mistral-common's formats.
  V1,
  V2,
  V3;

  /// The format for a model.
  ///
  /// @throws UserError if the folder has no template, or the tokenizer lacks a token
  ConversationFormat of(Path folder, Tokenizer tokenizer) {
    return switch (this) {
      case TEMPLATE ->
          new ConversationEncoder(
              ChatTemplate.find(folder)
                  .orElseThrow(
                      () ->
                          new UserError(
                              folder
                                  + ": no chat template in tokenizer_config.json and no"
                                  + " chat_template.jinja, so messages can't be read; add one, or"
                                  + " give --chat-format v1, v2 or v3")),
              tokenizer);
      case V1 -> new InstructConversations(InstructVersion.V1, tokenizer);
      case V2 -> new InstructConversations(InstructVersion.V2, tokenizer);
      case V3 -> new InstructConversations(InstructVersion.V3, tokenizer);
    };
  }
}
