package org.tramontane.spac.data;

/// The prompt for an instruction, in Alpaca's layout without its preamble:
///
/// ```
/// ### Instruction:
/// {instruction}
///
/// ### Input:
/// {input}
///
/// ### Response:
/// ```
///
/// with a line feed at the end. The input's two lines, and the blank line after them, are left out where the input is
/// empty.
final class PromptTemplate {
  private PromptTemplate() {}

  static String prompt(String instruction, String input) {
    String context = input.isEmpty() ? "" : "### Input:\n" + input + "\n\n";
    return "### Instruction:\n" + instruction + "\n\n" + context + "### Response:\n";
  }
}
