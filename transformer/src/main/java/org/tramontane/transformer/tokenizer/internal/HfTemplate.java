package org.tramontane.transformer.tokenizer.internal;

import java.util.OptionalInt;

/// The `post_processor` of a `tokenizer.json`: which special token it puts before and behind a single text.
record HfTemplate(OptionalInt before, OptionalInt behind) {

  /// Ids at or past `vocabSize` are refused.
  static HfTemplate parse(JsonFields root, int vocabSize) {
    if (root.isNull("post_processor")) {
      return new HfTemplate(OptionalInt.empty(), OptionalInt.empty());
    }
    JsonFields processor = root.object("post_processor");
    String type = processor.string("type");
    if (!type.equals("TemplateProcessing")) {
      throw processor.unsupported("type", "the post-processor " + type);
    }
    OptionalInt before = OptionalInt.empty();
    OptionalInt behind = OptionalInt.empty();
    boolean textSeen = false;
    for (JsonFields part : processor.objects("single")) {
      if (!part.isNull("Sequence")) {
        textSeen = true;
        continue;
      }
      int id = specialId(processor, part.object("SpecialToken").string("id"), vocabSize);
      if ((textSeen ? behind : before).isPresent()) {
        throw processor.unsupported("single", "more than one special token on a side");
      }
      if (textSeen) {
        behind = OptionalInt.of(id);
      } else {
        before = OptionalInt.of(id);
      }
    }
    return new HfTemplate(before, behind);
  }

  private static int specialId(JsonFields processor, String name, int vocabSize) {
    JsonFields token = processor.object("special_tokens").object(name);
    if (!token.get("ids").isArray() || token.get("ids").size() != 1) {
      throw token.wrong("ids", "one id", token.get("ids"));
    }
    int id = token.index("ids", token.get("ids").get(0));
    if (id >= vocabSize) {
      throw token.error("ids", id + " is outside [0, " + vocabSize + ")");
    }
    return id;
  }
}
