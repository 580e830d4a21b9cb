package org.tramontane.transformer.tokenizer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `decoder` of a `tokenizer.json`, in the one order that shipped tokenizers use: token by token `Replace` or
/// `Metaspace`, then `ByteFallback`, then `Fuse`, then `Strip` at the start of the text.
///
/// @param stripped what `Strip` removes, a single character
/// @param stripCount how many of them at most
record HfDecoder(
    List<HfNormalizer.Replace> replaces,
    @Nullable HfMetaspace metaspace,
    boolean byteFallback,
    char stripped,
    int stripCount) {

  /// What one token that is no byte says.
  String text(String token, boolean first) {
    String text = token;
    for (HfNormalizer.Replace replace : replaces) {
      text = replace.normalize(text);
    }
    return metaspace == null ? text : metaspace.decode(text, first);
  }

  static HfDecoder parse(JsonFields parent) {
    if (parent.isNull("decoder")) {
      throw parent.unsupported("decoder", "a tokenizer without a decoder");
    }
    JsonFields decoder = parent.object("decoder");
    List<JsonFields> steps =
        decoder.string("type").equals("Sequence") ? decoder.objects("decoders") : List.of(decoder);
    Parser parser = new Parser();
    steps.forEach(parser::step);
    return new HfDecoder(
        List.copyOf(parser.replaces),
        parser.metaspace,
        parser.byteFallback,
        parser.stripped,
        parser.stripCount);
  }

  private static final class Parser {
    private final List<HfNormalizer.Replace> replaces = new ArrayList<>();
    private @Nullable HfMetaspace metaspace;
    private boolean byteFallback;
    private boolean fused;
    private char stripped;
    private int stripCount;

    void step(JsonFields step) {
      String type = step.string("type");
      switch (type) {
        case "Replace" -> {
          step.allow(Set.of("type", "pattern", "content"));
          // Behind a step that joins tokens a pattern could match across them.
          require(metaspace == null && !byteFallback && !fused, step, "Replace in this place");
          replaces.add(
              new HfNormalizer.Replace(HfNormalizer.pattern(step), step.string("content")));
        }
        case "Metaspace" -> {
          require(metaspace == null && !byteFallback && !fused, step, "Metaspace in this place");
          metaspace = HfMetaspace.parse(step);
        }
        case "ByteFallback" -> {
          require(!byteFallback && !fused, step, "ByteFallback in this place");
          byteFallback = true;
        }
        case "Fuse" -> fused = true;
        case "Strip" -> strip(step);
        default -> throw step.unsupported("type", "the decoder " + type);
      }
    }

    private void strip(JsonFields step) {
      step.allow(Set.of("type", "content", "start", "stop"));
      require(fused && stripCount == 0, step, "Strip in this place");
      require(step.index("stop") == 0, step, "Strip at the end of the text");
      String content = step.string("content");
      if (content.length() != 1) {
        throw step.wrong("content", "one character", step.get("content"));
      }
      stripped = content.charAt(0);
      stripCount = step.index("start");
    }

    private static void require(boolean supported, JsonFields step, String what) {
      if (!supported) {
        throw step.unsupported("", what);
      }
    }
  }
}
