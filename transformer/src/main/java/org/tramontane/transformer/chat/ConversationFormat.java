package org.tramontane.transformer.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.tramontane.transformer.Completion;

/// How a model was trained to read conversations: messages become token ids.
///
/// Messages are objects with `role` and `content`, and whatever else a template reads.
public interface ConversationFormat {
  /// What it is and where it came from, for records and messages.
  String description();

  /// The token ids of a prompt, up to where the assistant's answer begins.
  ///
  /// @throws org.tramontane.tensor.UserError if the format does not take these messages
  int[] prompt(List<ObjectNode> messages);

  /// A prompt and the messages of its response.
  ///
  /// @throws org.tramontane.tensor.UserError if the format does not take these messages
  Completion completion(List<ObjectNode> prompt, List<ObjectNode> response);
}
