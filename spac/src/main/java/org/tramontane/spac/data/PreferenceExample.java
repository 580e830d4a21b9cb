package org.tramontane.spac.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.transformer.Completion;

/// A tokenised preference: one prompt with two or three responses.
///
/// A tokenizer may draw the border between prompt and response in different places for different responses; so each
/// completion has a prompt of its own, and `promptIds` is the prompt alone.
///
/// @param promptIds x, to sample from
/// @param chosen x and y+
/// @param rejected x and y-
/// @param self x and y' drawn from pi_t, or null where it is still to be drawn
// Token ids stay primitive arrays; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record PreferenceExample(
    int[] promptIds, Completion chosen, Completion rejected, @Nullable Completion self) {

  /// A pair from token ids.
  public static PreferenceExample of(int[] prompt, int[] chosen, int[] rejected) {
    return new PreferenceExample(
        prompt, new Completion(prompt, chosen), new Completion(prompt, rejected), null);
  }

  /// The same pair with this y'.
  public PreferenceExample withSelf(int[] selfIds) {
    return new PreferenceExample(promptIds, chosen, rejected, new Completion(promptIds, selfIds));
  }

  /// The same pair without y'.
  public PreferenceExample withoutSelf() {
    return new PreferenceExample(promptIds, chosen, rejected, null);
  }

  /// x with y+, y-, and y' if there is one, in this order.
  public List<Completion> completions() {
    return self == null ? List.of(chosen, rejected) : List.of(chosen, rejected, self);
  }
}
