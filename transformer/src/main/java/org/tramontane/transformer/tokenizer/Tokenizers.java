package org.tramontane.transformer.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.tokenizer.internal.HfTokenizerReader;
import org.tramontane.transformer.tokenizer.internal.SentencePieceTokenizer;
import org.tramontane.transformer.tokenizer.internal.TokenizerConfig;

/// Opens tokenizers.
public final class Tokenizers {
  private Tokenizers() {}

  /// Opens a tokenizer file, or the tokenizer of a checkpoint's directory.
  ///
  /// In a directory `tokenizer.json` is preferred, else `tokenizer.model`, and `tokenizer_config.json` names the special
  /// tokens. A file that ends in `.json` is a Hugging Face tokenizer; any other is a SentencePiece model. A file on its
  /// own is read without its neighbours.
  ///
  /// `truncation` and `padding` in a `tokenizer.json` are batch settings and have no effect here.
  ///
  /// @throws UserError if nothing is there, the file is broken, or it needs a feature that is not supported
  public static Tokenizer load(Path fileOrDirectory) {
    if (!Files.isDirectory(fileOrDirectory)) {
      return read(fileOrDirectory, TokenizerConfig.none());
    }
    for (String name : new String[] {"tokenizer.json", "tokenizer.model"}) {
      Path file = fileOrDirectory.resolve(name);
      if (Files.isRegularFile(file)) {
        return read(file, TokenizerConfig.beside(fileOrDirectory));
      }
    }
    throw new UserError(
        fileOrDirectory
            + ": no tokenizer.json or tokenizer.model in this directory; name the file itself");
  }

  private static Tokenizer read(Path file, TokenizerConfig config) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such tokenizer file or directory");
    }
    if (String.valueOf(file.getFileName()).endsWith(".json")) {
      return HfTokenizerReader.read(file, config);
    }
    try {
      return new SentencePieceTokenizer(file, Files.readAllBytes(file), config);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
