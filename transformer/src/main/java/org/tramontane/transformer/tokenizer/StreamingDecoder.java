package org.tramontane.transformer.tokenizer;

/// Decodes ids one by one, as a model produces them. Not thread-safe.
///
/// What [#append] returns is always whole characters: bytes of an unfinished UTF-8 character are held back until the
/// character is complete. Everything returned, joined together, is what [Tokenizer#decode] gives for the same ids. One
/// exception: where a run of byte tokens is not valid UTF-8, a `tokenizer.json` decodes the whole run to U+FFFD, while
/// this decoder has already shown the valid characters in front of the fault.
public interface StreamingDecoder {
  /// The text that becomes printable with this id; often empty.
  ///
  /// @throws org.tramontane.tensor.UserError if `id` is not in the vocabulary
  String append(int id);

  /// What is left at the end: one U+FFFD for each byte that never became a character. Also starts anew.
  String flush();
}
