package org.tramontane.transformer.tokenizer.internal;

import java.util.Set;

/// A token that is found in the text before the model sees it.
///
/// @param singleWord found only where no letter, digit or underscore touches it
/// @param lstrip takes the white space in front of it along
/// @param rstrip takes the white space behind it along
/// @param normalized found in normalised text instead of raw text
record AddedToken(
    int id,
    String content,
    boolean special,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized) {

  static AddedToken parse(JsonFields fields) {
    fields.allow(
        Set.of("id", "content", "special", "single_word", "lstrip", "rstrip", "normalized"));
    boolean special = fields.bool("special", false);
    return new AddedToken(
        fields.index("id"),
        fields.string("content"),
        special,
        fields.bool("single_word", false),
        fields.bool("lstrip", false),
        fields.bool("rstrip", false),
        fields.bool("normalized", !special));
  }
}
