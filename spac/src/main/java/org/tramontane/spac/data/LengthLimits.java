package org.tramontane.spac.data;

import java.util.Arrays;
import java.util.OptionalInt;

/// How long prompts and responses may be, in tokens, and what is cut off from longer ones.
///
/// - A prompt longer than `maxPromptLength` keeps its END, and its BOS if it begins with one. Without a
///   `maxPromptLength` prompts are never cut.
/// - A response that does not fit beside its (cut) prompt in `maxLength` loses its end, EOS first.
/// - A prompt that leaves no room for a response is an error.
///
/// @param maxPromptLength tokens of a prompt at most, BOS included; 1 or more, below `maxLength`
/// @param maxLength tokens of prompt and response together at most; 2 or more
public record LengthLimits(OptionalInt maxPromptLength, int maxLength) {
  /// Checks the ranges.
  public LengthLimits {
    if (maxLength < 2) {
      throw new IllegalArgumentException("max_length = " + maxLength + "; allowed: 2 or more");
    }
    if (maxPromptLength.isPresent()) {
      int value = maxPromptLength.getAsInt();
      if (value < 1 || value >= maxLength) {
        throw new IllegalArgumentException(
            "max_prompt_length = "
                + value
                + "; allowed: 1 or more, below max_length = "
                + maxLength);
      }
    }
  }

  /// Sequences of up to `maxLength` tokens, prompts uncut.
  public static LengthLimits of(int maxLength) {
    return new LengthLimits(OptionalInt.empty(), maxLength);
  }

  /// The prompt's end, its BOS kept; the prompt itself if it is short enough.
  int[] cutPrompt(int[] ids, OptionalInt bos) {
    int most = maxPromptLength.orElse(Integer.MAX_VALUE);
    if (ids.length <= most) {
      return ids;
    }
    int[] cut = Arrays.copyOfRange(ids, ids.length - most, ids.length);
    if (bos.isPresent() && ids[0] == bos.getAsInt()) {
      cut[0] = ids[0];
    }
    return cut;
  }

  /// The response's beginning, as much as fits beside the prompt.
  int[] cutResponse(int[] ids, int promptLength) {
    return Arrays.copyOf(ids, Math.min(ids.length, maxLength - promptLength));
  }
}
