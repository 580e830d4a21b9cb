package org.tramontane.spac.data;

/// What data is read for, and so which responses a row needs.
public enum DataPurpose {
  /// A chosen and a rejected response per prompt.
  PREFERENCES,
  /// One response per prompt: the chosen one of a pair, or the `output` of an instruction.
  SUPERVISED,
  /// One labelled response per prompt, or pairs to take apart.
  UNPAIRED,
  /// One response per prompt to learn, and the rejected one where there is one, to evaluate with.
  DEMONSTRATIONS
}
