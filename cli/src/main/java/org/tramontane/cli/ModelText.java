package org.tramontane.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.CompletionEncoder;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.tokenizer.StreamingDecoder;
import org.tramontane.transformer.tokenizer.Tokenizer;

/// Text for a model that may have no tokenizer, and then works with ids.
final class ModelText {
  private final Path folder;
  private final MistralConfig config;
  private final Optional<Tokenizer> tokenizer;

  /// The text side of the checkpoint in `folder`.
  ///
  /// @throws UserError if its tokenizer is broken, or has ids that the model does not know
  ModelText(Path folder, MistralConfig config) {
    this.folder = folder;
    this.config = config;
    this.tokenizer = ModelTokenizer.find(folder, config);
  }

  /// Text to ids.
  ///
  /// @throws UserError if there is no tokenizer
  CompletionEncoder encoder() {
    Tokenizer present =
        tokenizer.orElseThrow(
            () ->
                new UserError(
                    folder
                        + ": no tokenizer.json or tokenizer.model, so text can't be read; give"
                        + " token ids"));
    return new CompletionEncoder(present::encode, config);
  }

  /// The text that `ids` add to that of `promptIds`, if there is a tokenizer; the space between two words is part of it.
  Optional<String> continuation(int[] promptIds, int[] ids) {
    return tokenizer.map(
        present -> {
          StreamingDecoder decoder = after(promptIds, present);
          StringBuilder text = new StringBuilder();
          for (int id : ids) {
            text.append(decoder.append(id));
          }
          return text.append(decoder.flush()).toString();
        });
  }

  /// Prints the continuation of `promptIds` as it comes, or ids if there is no tokenizer.
  TokenPrinter printer(int[] promptIds, PrintWriter out) {
    return tokenizer
        .map(present -> TokenPrinter.ofText(after(promptIds, present), out))
        .orElseGet(() -> TokenPrinter.ofIds(out));
  }

  /// A decoder that has read the prompt. An id that the model has and the tokenizer has not, as where a vocabulary was
  /// padded to a round number, gives no text.
  private static StreamingDecoder after(int[] promptIds, Tokenizer tokenizer) {
    StreamingDecoder strict = tokenizer.streamingDecoder(true);
    StreamingDecoder decoder =
        new StreamingDecoder() {
          @Override
          public String append(int id) {
            return id >= 0 && id < tokenizer.vocabSize() ? strict.append(id) : "";
          }

          @Override
          public String flush() {
            return strict.flush();
          }
        };
    for (int id : promptIds) {
      decoder.append(id);
    }
    return decoder;
  }
}
