package org.tramontane.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a small `tokenizer.json`.
///
/// Its pieces, from id 0: `<unk> <s> </s> ▁ a b c d ▁a ab ▁ab bc abc`, then those that a test adds. `▁` is U+2581.
final class TinyJson {
  static final String SPACE = "\u2581";
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String[] PIECES = {
    "<unk>", "<s>", "</s>", SPACE, "a", "b", "c", "d", SPACE + "a", "ab", SPACE + "ab", "bc", "abc"
  };
  private static final String[][] MERGES = {
    {"a", "b"}, {SPACE, "a"}, {SPACE, "ab"}, {"b", "c"}, {"ab", "c"}
  };

  private final ObjectNode root = JSON.createObjectNode();

  TinyJson() {
    root.putArray("added_tokens");
    root.putObject("decoder").put("type", "Fuse");
    ObjectNode model = root.putObject("model").put("type", "BPE").put("unk_token", "<unk>");
    ObjectNode vocab = model.putObject("vocab");
    for (String piece : PIECES) {
      vocab.put(piece, vocab.size());
    }
    var merges = model.putArray("merges");
    for (String[] merge : MERGES) {
      merges.add(merge[0] + " " + merge[1]);
    }
    added(1, "<s>", "{'special': true}");
    added(2, "</s>", "{'special': true}");
  }

  /// Adds pieces behind those that are there.
  TinyJson pieces(String... pieces) {
    ObjectNode vocab = (ObjectNode) root.path("model").path("vocab");
    for (String piece : pieces) {
      vocab.put(piece, vocab.size());
    }
    return this;
  }

  /// Adds the 256 byte pieces and turns byte fallback on, in model and decoder.
  TinyJson bytes() {
    for (int value = 0; value < 256; value++) {
      pieces(String.format("<0x%02X>", value));
    }
    return set("model.byte_fallback", "true")
        .set(
            "decoder",
            """
            {'type': 'Sequence', 'decoders': [
              {'type': 'Replace', 'pattern': {'String': '▁'}, 'content': ' '},
              {'type': 'ByteFallback'}, {'type': 'Fuse'},
              {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0}]}
            """);
  }

  /// Metaspace before the model and in the decoder.
  TinyJson metaspace(String scheme, boolean split) {
    String metaspace =
        "{'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': '%s', 'split': %s}"
            .formatted(scheme, split);
    return set("pre_tokenizer", metaspace).set("decoder", metaspace);
  }

  /// Adds a token that is found in text.
  TinyJson added(int id, String content, String flags) {
    ObjectNode token = (ObjectNode) json(flags);
    root.withArray("added_tokens").add(token.put("id", id).put("content", content));
    return this;
  }

  /// Replaces the value at a path such as `model.vocab`; the JSON may use single quotes.
  TinyJson set(String path, String json) {
    int dot = path.lastIndexOf('.');
    JsonNode parent = dot < 0 ? root : root.at("/" + path.substring(0, dot).replace('.', '/'));
    ((ObjectNode) parent).set(path.substring(dot + 1), json(json));
    return this;
  }

  @Override
  public String toString() {
    return root.toString();
  }

  Tokenizer load(Path folder) {
    return load(folder, toString());
  }

  /// Writes a text as `tokenizer.json` and opens it.
  static Tokenizer load(Path folder, String json) {
    try {
      return Tokenizers.load(Files.writeString(folder.resolve("tokenizer.json"), json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
