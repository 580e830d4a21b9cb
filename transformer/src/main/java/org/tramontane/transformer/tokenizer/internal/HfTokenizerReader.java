package org.tramontane.transformer.tokenizer.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.tokenizer.SpecialIds;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.internal.HfTokenizer.Stages;

/// Reads a `tokenizer.json`; what it does not know it refuses by name.
public final class HfTokenizerReader {
  private static final Set<String> KEYS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");
  private static final Set<String> MODEL_KEYS =
      Set.of(
          "type",
          "dropout",
          "unk_token",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "byte_fallback",
          "ignore_merges",
          "vocab",
          "merges");

  private final JsonFields root;
  private final JsonFields model;
  private final Map<String, Integer> vocab = new HashMap<>();
  private final List<AddedToken> added;
  private int modelSize;

  private HfTokenizerReader(JsonFields root) {
    this.root = root;
    root.allow(KEYS);
    this.model = root.object("model");
    this.added =
        root.isNull("added_tokens")
            ? List.of()
            : root.objects("added_tokens").stream().map(AddedToken::parse).toList();
  }

  /// Reads `file`; `config` overrides its special tokens.
  ///
  /// @throws org.tramontane.tensor.UserError if the file is broken or needs a feature that is not supported
  public static Tokenizer read(Path file, TokenizerConfig config) {
    return new HfTokenizerReader(JsonFields.read(file)).tokenizer(config);
  }

  private Tokenizer tokenizer(TokenizerConfig config) {
    checkModel();
    readVocab();
    boolean byteFallback = model.bool("byte_fallback", false);
    BpeModel bpe = bpe(byteFallback);
    HfNormalizer normalizer = HfNormalizer.parse(root);
    HfDecoder decoder = HfDecoder.parse(root);
    Stages stages =
        new Stages(
            new AddedTokenSplitter(added(false), content -> content),
            normalizer,
            new AddedTokenSplitter(added(true), normalizer::normalize),
            preTokenizer(),
            bpe,
            model.bool("ignore_merges", false),
            decoder);
    Vocabulary vocabulary = vocabulary(decoder.byteFallback());
    return new HfTokenizer(
        root.file(), stages, vocabulary, config.specialIds(vocabulary::id, own(vocabulary)));
  }

  private void checkModel() {
    model.allow(MODEL_KEYS);
    String type = model.isNull("type") ? "BPE" : model.string("type");
    if (!type.equals("BPE")) {
      throw model.unsupported("type", "the model " + type);
    }
    JsonNode dropout = model.get("dropout");
    if (!model.isNull("dropout") && dropout.asDouble(1) != 0) {
      throw model.unsupported("dropout", "BPE dropout");
    }
    for (String affix : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
      String value = model.stringOrNull(affix);
      if (value != null && !value.isEmpty()) {
        throw model.unsupported(affix, "'" + value + "'");
      }
    }
  }

  private void readVocab() {
    JsonFields table = model.object("vocab");
    Map<Integer, String> taken = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : table.node().properties()) {
      int id = table.index(entry.getKey(), entry.getValue());
      String other = taken.put(id, entry.getKey());
      if (other != null) {
        throw table.error(entry.getKey(), "has the id " + id + ", which '" + other + "' has too");
      }
      vocab.put(entry.getKey(), id);
      modelSize = Math.max(modelSize, id + 1);
    }
  }

  private BpeModel bpe(boolean byteFallback) {
    BpeModel.Builder builder = new BpeModel.Builder(vocab, modelSize);
    JsonNode merges = model.get("merges");
    if (!merges.isArray()) {
      throw model.wrong("merges", "an array", merges);
    }
    int rank = 0;
    for (JsonNode merge : merges) {
      String place = "merges[" + rank + "]";
      String[] pair = pair(place, merge);
      for (String side : pair) {
        if ((byteFallback && Bytes.value(side) >= 0)
            || side.equals(model.stringOrNull("unk_token"))) {
          throw model.unsupported(place, "a merge of the byte or unknown token " + side);
        }
      }
      String joined = pair[0] + pair[1];
      builder.merge(
          known(place, pair[0]), known(place, pair[1]), joined, known(place, joined), rank++);
    }
    return builder.build(
        new BpeModel.Fallback(
            byteFallback ? byteIds() : List.of(), unknownId(), model.bool("fuse_unk", false)));
  }

  private String[] pair(String place, JsonNode merge) {
    if (merge.isTextual()) {
      String[] sides = merge.textValue().split(" ", -1);
      if (sides.length == 2) {
        return sides;
      }
    } else if (merge.isArray()
        && merge.size() == 2
        && merge.get(0).isTextual()
        && merge.get(1).isTextual()) {
      return new String[] {merge.get(0).textValue(), merge.get(1).textValue()};
    }
    throw model.wrong(place, "\"left right\" or [\"left\", \"right\"]", merge);
  }

  private int known(String place, String piece) {
    Integer id = vocab.get(piece);
    if (id == null) {
      throw model.error(place, "'" + piece + "' is not in the vocabulary");
    }
    return id;
  }

  private List<Integer> byteIds() {
    List<Integer> ids = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      Integer id = vocab.get(Bytes.piece(value));
      if (id == null) {
        throw model.error("byte_fallback", "is on but the vocabulary lacks " + Bytes.piece(value));
      }
      ids.add(id);
    }
    return ids;
  }

  private int unknownId() {
    String unk = model.stringOrNull("unk_token");
    return unk == null ? -1 : known("unk_token", unk);
  }

  private List<AddedToken> added(boolean normalized) {
    return added.stream().filter(token -> token.normalized() == normalized).toList();
  }

  private @Nullable HfMetaspace preTokenizer() {
    if (root.isNull("pre_tokenizer")) {
      return null;
    }
    JsonFields fields = root.object("pre_tokenizer");
    String type = fields.string("type");
    if (!type.equals("Metaspace")) {
      throw fields.unsupported("type", "the pre-tokenizer " + type);
    }
    return HfMetaspace.parse(fields);
  }

  private Vocabulary vocabulary(boolean byteFallback) {
    Map<String, Integer> ids = new HashMap<>(vocab);
    int size = modelSize;
    for (AddedToken token : added) {
      size = Math.max(size, token.id() + 1);
    }
    @Nullable String[] pieces = new @Nullable String[size];
    vocab.forEach((piece, id) -> pieces[id] = piece);
    boolean[] special = new boolean[size];
    for (int i = 0; i < added.size(); i++) {
      AddedToken token = added.get(i);
      Integer known = ids.putIfAbsent(token.content(), token.id());
      boolean taken =
          pieces[token.id()] != null && !Objects.equals(pieces[token.id()], token.content());
      if (taken || (known != null && known != token.id())) {
        throw root.error(
            "added_tokens[" + i + "]",
            "'" + token.content() + "' with id " + token.id() + " contradicts another token");
      }
      pieces[token.id()] = token.content();
      special[token.id()] = token.special();
    }
    int[] byteValues = new int[size];
    for (int id = 0; id < size; id++) {
      String piece = pieces[id];
      byteValues[id] = byteFallback && piece != null ? Bytes.value(piece) : -1;
    }
    return new Vocabulary(ids, pieces, special, byteValues);
  }

  /// The usual names where no `tokenizer_config.json` gives others; the post-processor says what is added.
  private SpecialIds own(Vocabulary vocabulary) {
    String unk = model.stringOrNull("unk_token");
    OptionalInt bos = vocabulary.id("<s>");
    OptionalInt eos = vocabulary.id("</s>");
    HfTemplate template = HfTemplate.parse(root, vocabulary.size());
    return new SpecialIds(
        template.before().isPresent() ? template.before() : bos,
        template.behind().isPresent() ? template.behind() : eos,
        vocabulary.id("<pad>"),
        unk == null ? vocabulary.id("<unk>") : vocabulary.id(unk),
        template.before().isPresent(),
        template.behind().isPresent());
  }
}
