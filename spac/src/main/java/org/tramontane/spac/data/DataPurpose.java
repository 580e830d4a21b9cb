package org.tramontane.spac.data;

/// What data is read for, and so which responses a row needs.
public enum DataPurpose {
  /// A chosen and a rejected response per prompt.
  PREFERENCES,
  /// One response per prompt: the chosen one of a pair, or the `output` of an instruction.
  SUPERVISED
}
