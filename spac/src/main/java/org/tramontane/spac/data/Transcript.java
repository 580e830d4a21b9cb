package org.tramontane.spac.data;

import org.tramontane.tensor.UserError;

/// A pair of dialogues as Anthropic publishes them: turns that begin with `\n\nHuman:` or `\n\nAssistant:`.
///
/// The dialogues agree up to some place; the prompt is everything up to and including the last `\n\nAssistant:` before it.
/// What follows, its leading space included, is the response; so prompt and response together are the dialogue again.
///
/// @param prompt what both have in common
/// @param chosen the rest of one
/// @param rejected the rest of the other
record Transcript(String prompt, String chosen, String rejected) {
  private static final String ASSISTANT = "\n\nAssistant:";

  static Transcript split(String chosen, String rejected, String where) {
    int common = 0;
    int shorter = Math.min(chosen.length(), rejected.length());
    while (common < shorter && chosen.charAt(common) == rejected.charAt(common)) {
      common++;
    }
    int turn = chosen.lastIndexOf(ASSISTANT, common - ASSISTANT.length());
    if (turn < 0) {
      throw new UserError(
          where
              + ": \"chosen\" and \"rejected\" share no \"\\n\\nAssistant:\" before they differ;"
              + " a row without \"prompt\" is a pair of transcripts");
    }
    int start = turn + ASSISTANT.length();
    return new Transcript(
        chosen.substring(0, start), chosen.substring(start), rejected.substring(start));
  }
}
