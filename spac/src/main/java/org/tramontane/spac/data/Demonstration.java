package org.tramontane.spac.data;

import org.tramontane.transformer.Completion;

/// A prompt with a response to be learned, and to be told from the model's own, as SPIN does.
///
/// @param promptIds x alone, to sample from
/// @param response x and y+
// Token ids stay primitive arrays; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record Demonstration(int[] promptIds, Completion response) {

  /// The pair of y+ and a response of the model, which is y-.
  public PreferenceExample against(int[] sampledIds) {
    return new PreferenceExample(promptIds, response, new Completion(promptIds, sampledIds), null);
  }
}
