package org.tramontane.transformer.tokenizer.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.tokenizer.SpecialIds;

/// What `tokenizer_config.json` beside a tokenizer says about special tokens; absent keys leave the tokenizer's own.
public final class TokenizerConfig {
  private final @Nullable JsonFields fields;

  private TokenizerConfig(@Nullable JsonFields fields) {
    this.fields = fields;
  }

  /// Reads the file if it exists.
  public static TokenizerConfig beside(Path directory) {
    Path file = directory.resolve("tokenizer_config.json");
    return new TokenizerConfig(Files.isRegularFile(file) ? JsonFields.read(file) : null);
  }

  /// No file, so nothing is overridden.
  public static TokenizerConfig none() {
    return new TokenizerConfig(null);
  }

  SpecialIds specialIds(Function<String, OptionalInt> idOf, SpecialIds own) {
    if (fields == null) {
      return own;
    }
    return new SpecialIds(
        token(fields, "bos_token", idOf, own.bos()),
        token(fields, "eos_token", idOf, own.eos()),
        token(fields, "pad_token", idOf, own.pad()),
        token(fields, "unk_token", idOf, own.unk()),
        fields.bool("add_bos_token", own.addBos()),
        fields.bool("add_eos_token", own.addEos()));
  }

  private static OptionalInt token(
      JsonFields fields, String key, Function<String, OptionalInt> idOf, OptionalInt own) {
    if (fields.isNull(key)) {
      return own;
    }
    String content =
        fields.get(key).isObject() ? fields.object(key).string("content") : fields.string(key);
    OptionalInt id = idOf.apply(content);
    if (id.isEmpty()) {
      throw fields.error(
          key, "'" + content + "' is not in the vocabulary of the tokenizer beside it");
    }
    return id;
  }
}
