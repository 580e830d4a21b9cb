package org.tramontane.spac.data;

/// A prompt or a response as a file has it.
public sealed interface Content {

  /// Text, still to be tokenised.
  record Text(String text) implements Content {}

  /// Token ids, taken as they are.
  // Token ids stay primitive arrays; nobody compares them by value.
  @SuppressWarnings("ArrayRecordComponent")
  record Tokens(int[] ids) implements Content {}
}
