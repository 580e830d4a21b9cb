package org.tramontane.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

/// The tokenizer of a checkpoint folder.
public final class ModelTokenizer {
  private ModelTokenizer() {}

  /// The tokenizer in `folder`; empty if there is none, so that the model works with ids only.
  ///
  /// @throws UserError if it is broken, or has ids that the model does not know
  public static Optional<Tokenizer> find(Path folder, MistralConfig config) {
    if (!Files.isRegularFile(folder.resolve("tokenizer.json"))
        && !Files.isRegularFile(folder.resolve("tokenizer.model"))) {
      return Optional.empty();
    }
    Tokenizer tokenizer = Tokenizers.load(folder);
    if (tokenizer.vocabSize() > config.vocabSize()) {
      throw new UserError(
          folder
              + ": the tokenizer does not fit the model: it has "
              + tokenizer.vocabSize()
              + " pieces, vocab_size is "
              + config.vocabSize());
    }
    return Optional.of(tokenizer);
  }
}
