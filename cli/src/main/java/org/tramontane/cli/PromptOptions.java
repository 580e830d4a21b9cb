package org.tramontane.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Option;

/// The prompt of `tramontane generate`, given in one of three ways.
final class PromptOptions {
  @Option(names = "--prompt", paramLabel = "TEXT", description = "Prompt; BOS is put before it.")
  private @Nullable String prompt;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "File with the prompt, taken whole; BOS is put before it.")
  private @Nullable Path promptFile;

  @Option(
      names = "--prompt-ids",
      paramLabel = "1,2,3",
      description = "Prompt as token ids, exactly these; works without a tokenizer.")
  private @Nullable String promptIds;

  /// The prompt's tokens.
  int[] ids(ModelText text) throws IOException {
    if (promptIds != null) {
      return parse(promptIds);
    }
    String words = prompt != null ? prompt : read();
    return text.encoder().prompt(words);
  }

  private String read() throws IOException {
    if (promptFile == null) {
      throw new UserError("no prompt; give --prompt, --prompt-file or --prompt-ids");
    }
    if (!Files.isRegularFile(promptFile)) {
      throw new UserError(promptFile + ": no such file");
    }
    try {
      return Files.readString(promptFile);
    } catch (CharacterCodingException e) {
      throw new UserError(promptFile + ": not UTF-8", e);
    }
  }

  private static int[] parse(String ids) {
    try {
      return Arrays.stream(ids.split(",", -1))
          .map(String::strip)
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new UserError("--prompt-ids " + ids + ": allowed are token ids such as 1,2,3", e);
    }
  }
}
