package org.tramontane.transformer.chat;

/// The generations of Mistral's chat format.
public enum InstructVersion {
  /// Instructions as plain text `[INST] .. [/INST]`, the system prompt in the first of them, no tools
  /// (Mistral-7B-Instruct v0.1 and v0.2, Mixtral 8x7B).
  V1,
  /// Control tokens around instructions and tools, the system prompt in the last instruction; calls and results from
  /// before the last instruction are left out.
  V2,
  /// As V2, with call ids and the whole history of calls (Mistral-7B-Instruct v0.3).
  V3
}
