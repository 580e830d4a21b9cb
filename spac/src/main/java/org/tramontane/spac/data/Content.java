package org.tramontane.spac.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// A prompt or a response as a file has it.
public sealed interface Content {

  /// Text, still to be tokenised.
  record Text(String text) implements Content {}

  /// Token ids, taken as they are.
  // Token ids stay primitive arrays; nobody compares them by value.
  @SuppressWarnings("ArrayRecordComponent")
  record Tokens(int[] ids) implements Content {}

  /// Messages of a conversation, one or more; objects with `role` and `content`.
  record Messages(List<ObjectNode> messages) implements Content {
    /// Takes a copy of the list.
    public Messages {
      messages = List.copyOf(messages);
    }
  }
}
