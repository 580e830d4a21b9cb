package org.tramontane.transformer.tokenizer.internal;

import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The ids and pieces of a `tokenizer.json`, added tokens included; an id below the size may have no piece.
final class Vocabulary {
  private final Map<String, Integer> ids;
  private final @Nullable String[] pieces;
  private final boolean[] special;
  private final int[] byteValues;

  /// `byteValues` has the byte that each id stands for, or -1.
  Vocabulary(
      Map<String, Integer> ids, @Nullable String[] pieces, boolean[] special, int[] byteValues) {
    this.ids = Map.copyOf(ids);
    this.pieces = pieces;
    this.special = special;
    this.byteValues = byteValues;
  }

  int size() {
    return pieces.length;
  }

  Map<String, Integer> ids() {
    return ids;
  }

  OptionalInt id(String piece) {
    Integer id = ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Nullable String piece(int id) {
    return pieces[id];
  }

  boolean isSpecial(int id) {
    return special[id];
  }

  /// The byte that `id` stands for, or -1.
  int byteValue(int id) {
    return byteValues[id];
  }
}
