package org.tramontane.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Learns a byte-pair encoding from text (Sennrich et al. 2016, arXiv 1508.07909) and writes it as Hugging Face's
/// `tokenizer.json`, in the form that Llama and Mistral checkpoints ship: `▁` for a space, byte fallback.
final class DemoTokenizer {
  static final int UNK = 0;
  static final int BOS = 1;
  static final int EOS = 2;
  private static final String SPACE = "\u2581";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final List<String> merges = new ArrayList<>();

  /// Learns from `texts` until the vocabulary has `size` pieces or no pair occurs twice.
  DemoTokenizer(List<String> texts, int size) {
    List.of("<unk>", "<s>", "</s>").forEach(this::addPiece);
    for (int b = 0; b < 256; b++) {
      addPiece("<0x%02X>".formatted(b));
    }
    // Words with their leading space, and how often each occurs; sorted, so that ties break the
    // same way every time.
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      for (String word : text.split(" ", -1)) {
        counts.merge(SPACE + word, 1, Integer::sum);
      }
    }
    counts.keySet().stream()
        .flatMap(word -> word.chars().mapToObj(Character::toString))
        .sorted()
        .distinct()
        .forEach(this::addPiece);
    List<List<String>> words = new ArrayList<>();
    counts
        .keySet()
        .forEach(
            word ->
                words.add(new ArrayList<>(word.chars().mapToObj(Character::toString).toList())));
    List<Integer> frequencies = List.copyOf(counts.values());
    while (vocabulary.size() < size && mergeMostFrequent(words, frequencies)) {}
  }

  private void addPiece(String piece) {
    vocabulary.putIfAbsent(piece, vocabulary.size());
  }

  private record Pair(String left, String right) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byLeft = left.compareTo(other.left);
      return byLeft != 0 ? byLeft : right.compareTo(other.right);
    }
  }

  private boolean mergeMostFrequent(List<List<String>> words, List<Integer> frequencies) {
    Map<Pair, Integer> pairs = new HashMap<>();
    for (int w = 0; w < words.size(); w++) {
      List<String> word = words.get(w);
      for (int i = 0; i + 1 < word.size(); i++) {
        pairs.merge(new Pair(word.get(i), word.get(i + 1)), frequencies.get(w), Integer::sum);
      }
    }
    Pair best =
        pairs.entrySet().stream()
            .filter(entry -> entry.getValue() > 1)
            .max(
                Map.Entry.<Pair, Integer>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .orElse(null);
    if (best == null) {
      return false;
    }
    merges.add(best.left() + " " + best.right());
    addPiece(best.left() + best.right());
    for (List<String> word : words) {
      for (int i = 0; i + 1 < word.size(); i++) {
        if (word.get(i).equals(best.left()) && word.get(i + 1).equals(best.right())) {
          word.set(i, best.left() + best.right());
          word.remove(i + 1);
        }
      }
    }
    return true;
  }

  int vocabSize() {
    return vocabulary.size();
  }

  /// The text of `tokenizer.json`.
  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (String special : List.of("<unk>", "<s>", "</s>")) {
      added
          .addObject()
          .put("id", vocabulary.get(special))
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ArrayNode normalizers =
        root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    normalizers
        .addObject()
        .put("type", "Replace")
        .put("content", SPACE)
        .putObject("pattern")
        .put("String", " ");
    root.putNull("pre_tokenizer");
    root.set("post_processor", bosTemplate());
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    decoders
        .addObject()
        .put("type", "Replace")
        .put("content", " ")
        .putObject("pattern")
        .put("String", SPACE);
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE").putNull("dropout").put("unk_token", "<unk>");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true);
    ObjectNode pieces = model.putObject("vocab");
    vocabulary.forEach(pieces::put);
    ArrayNode rules = model.putArray("merges");
    merges.forEach(rules::add);
    return root.toPrettyString() + "\n";
  }

  /// Puts BOS before every text, as Llama's and Mistral's tokenizers do.
  private static ObjectNode bosTemplate() {
    ObjectNode template = JSON.createObjectNode().put("type", "TemplateProcessing");
    for (String kind : List.of("single", "pair")) {
      ArrayNode parts = template.putArray(kind);
      parts.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
      parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      if (kind.equals("pair")) {
        parts.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 1);
        parts.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
      }
    }
    ObjectNode bos = template.putObject("special_tokens").putObject("<s>").put("id", "<s>");
    bos.putArray("ids").add(BOS);
    bos.putArray("tokens").add("<s>");
    return template;
  }

  /// The text of `tokenizer_config.json`.
  String configJson() {
    return JSON.createObjectNode()
            .put("tokenizer_class", "LlamaTokenizer")
            .put("bos_token", "<s>")
            .put("eos_token", "</s>")
            .put("unk_token", "<unk>")
            .put("add_bos_token", true)
            .put("add_eos_token", false)
            .put("legacy", false)
            .toPrettyString()
        + "\n";
  }
}
