package org.tramontane.transformer.tokenizer.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/// The `normalizer` of a `tokenizer.json`; each stretch of text between added tokens goes through it.
sealed interface HfNormalizer {
  String normalize(String text);

  /// Puts `prefix` in front of text that is not empty.
  record Prepend(String prefix) implements HfNormalizer {
    @Override
    public String normalize(String text) {
      return text.isEmpty() ? text : prefix + text;
    }
  }

  /// Replaces a string wherever it stands.
  record Replace(String pattern, String content) implements HfNormalizer {
    @Override
    public String normalize(String text) {
      return text.replace(pattern, content);
    }
  }

  /// One after the other; empty for no normalizer.
  record Sequence(List<HfNormalizer> normalizers) implements HfNormalizer {
    @Override
    public String normalize(String text) {
      String normal = text;
      for (HfNormalizer normalizer : normalizers) {
        normal = normalizer.normalize(normal);
      }
      return normal;
    }
  }

  static HfNormalizer parse(JsonFields parent) {
    return parent.isNull("normalizer")
        ? new Sequence(List.of())
        : parseOne(parent.object("normalizer"));
  }

  private static HfNormalizer parseOne(JsonFields fields) {
    String type = fields.string("type");
    return switch (type) {
      case "Prepend" -> {
        fields.allow(Set.of("type", "prepend"));
        yield new Prepend(fields.string("prepend"));
      }
      case "Replace" -> {
        fields.allow(Set.of("type", "pattern", "content"));
        yield new Replace(pattern(fields), fields.string("content"));
      }
      case "Sequence" -> {
        fields.allow(Set.of("type", "normalizers"));
        yield new Sequence(
            fields.objects("normalizers").stream().map(HfNormalizer::parseOne).toList());
      }
      default -> throw fields.unsupported("type", "the normalizer " + type);
    };
  }

  /// `{"String": ".."}`; a regular expression is refused.
  static String pattern(JsonFields fields) {
    JsonFields pattern = fields.object("pattern");
    JsonNode regex = pattern.get("Regex");
    if (!regex.isMissingNode()) {
      throw pattern.unsupported("Regex", "a regular expression");
    }
    String text = pattern.string("String");
    if (text.isEmpty()) {
      throw pattern.unsupported("String", "an empty pattern");
    }
    return text;
  }
}
