package org.tramontane.transformer.tokenizer;

import java.util.OptionalInt;

/// Turns text into token ids and back. Implementations are immutable and may be shared between threads.
public interface Tokenizer {
  /// The ids of `text`, without BOS or EOS. An unpaired surrogate counts as U+FFFD; empty text has no ids.
  int[] encode(String text);

  /// The text of `ids`; special tokens (BOS, EOS, ...) give no text.
  ///
  /// @throws org.tramontane.tensor.UserError if an id is outside `[0, vocabSize())`
  default String decode(int[] ids) {
    return decode(ids, true);
  }

  /// The text of `ids`; with `skipSpecial` false a special token gives its own name, such as `</s>`.
  ///
  /// @throws org.tramontane.tensor.UserError if an id is outside `[0, vocabSize())`
  String decode(int[] ids, boolean skipSpecial);

  /// A decoder that takes one id at a time.
  StreamingDecoder streamingDecoder(boolean skipSpecial);

  /// One more than the largest id.
  int vocabSize();

  /// The piece with this id as the vocabulary spells it, for example `▁the` or `<0x0A>`.
  ///
  /// @throws org.tramontane.tensor.UserError if `id` is outside `[0, vocabSize())`
  String piece(int id);

  /// The id of a piece as the vocabulary spells it, special tokens included; empty if there is none.
  OptionalInt id(String piece);

  /// Whether `id` is a special token, which gives no text.
  boolean isSpecial(int id);

  /// The ids of BOS, EOS, padding and unknown.
  SpecialIds special();

  /// The id that begins a sequence.
  default OptionalInt bosId() {
    return special().bos();
  }

  /// The id that ends a sequence.
  default OptionalInt eosId() {
    return special().eos();
  }

  /// The id that fills a batch.
  default OptionalInt padId() {
    return special().pad();
  }

  /// The id of what the vocabulary cannot spell.
  default OptionalInt unkId() {
    return special().unk();
  }
}
