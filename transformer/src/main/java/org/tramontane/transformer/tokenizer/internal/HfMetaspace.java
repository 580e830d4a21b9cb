package org.tramontane.transformer.tokenizer.internal;

import java.util.Set;

/// `Metaspace`, as a pre-tokenizer and as a decoder: spaces become a visible character that may also be put in front.
///
/// @param replacement the visible character, usually U+2581
/// @param split whether each replacement begins a new word, over whose edge nothing merges
record HfMetaspace(String replacement, Scheme scheme, boolean split) {
  /// Where the replacement is put in front: before the text's first stretch, before each stretch, or nowhere.
  enum Scheme {
    FIRST,
    ALWAYS,
    NEVER
  }

  static HfMetaspace parse(JsonFields fields) {
    fields.allow(
        Set.of("type", "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split"));
    String replacement = fields.string("replacement");
    if (replacement.codePointCount(0, replacement.length()) != 1) {
      throw fields.wrong("replacement", "one character", fields.get("replacement"));
    }
    boolean prefix = fields.bool("add_prefix_space", true);
    Scheme scheme = prefix ? Scheme.ALWAYS : Scheme.NEVER;
    if (!fields.isNull("prepend_scheme")) {
      scheme =
          switch (fields.string("prepend_scheme")) {
            case "first" -> Scheme.FIRST;
            case "always" -> Scheme.ALWAYS;
            case "never" -> Scheme.NEVER;
            default ->
                throw fields.wrong(
                    "prepend_scheme", "first, always or never", fields.get("prepend_scheme"));
          };
      if (!prefix && scheme != Scheme.NEVER) {
        throw fields.error("prepend_scheme", "contradicts add_prefix_space=false; set it to never");
      }
    }
    return new HfMetaspace(replacement, scheme, fields.bool("split", true));
  }

  /// Prepares one stretch; `first` says whether it begins the whole text.
  String prepare(String text, boolean first) {
    String replaced = text.replace(" ", replacement);
    boolean prepend =
        switch (scheme) {
          case FIRST -> first;
          case ALWAYS -> true;
          case NEVER -> false;
        };
    return prepend && !replaced.isEmpty() && !replaced.startsWith(replacement)
        ? replacement + replaced
        : replaced;
  }

  /// Undoes it for one token; the first token of a text loses its replacements where one was put in front.
  String decode(String token, boolean first) {
    return token.replace(replacement, first && scheme != Scheme.NEVER ? "" : " ");
  }
}
