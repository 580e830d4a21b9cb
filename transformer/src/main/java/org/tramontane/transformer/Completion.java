package org.tramontane.transformer;

import java.util.Arrays;

/// A prompt x and a response y to it, as token ids.
///
/// @param promptIds x, one token or more, BOS included where the model wants one; not copied
/// @param responseIds y, one token or more, EOS included where the response ends with it; not copied
// Token ids stay primitive arrays; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record Completion(int[] promptIds, int[] responseIds) {

  /// Checks that neither is empty.
  public Completion {
    if (promptIds.length == 0) {
      throw new IllegalArgumentException("an empty prompt; a prompt has at least one token");
    }
    if (responseIds.length == 0) {
      throw new IllegalArgumentException("an empty response; a response has at least one token");
    }
  }

  /// Prompt and response as one sequence.
  public int[] ids() {
    int[] ids = new int[length()];
    System.arraycopy(promptIds, 0, ids, 0, promptIds.length);
    System.arraycopy(responseIds, 0, ids, promptIds.length, responseIds.length);
    return ids;
  }

  /// The number of tokens of prompt and response together.
  public int length() {
    return promptIds.length + responseIds.length;
  }

  /// The same sequence with everything after its first token as the response: for losses that read prompts as well. The
  /// first token has nothing before it that could predict it.
  public Completion afterFirst() {
    int[] ids = ids();
    return new Completion(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length));
  }
}
