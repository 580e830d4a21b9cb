package org.tramontane.spac.eval.task;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.tramontane.tensor.UserError;

/// The version of lm-evaluation-harness whose figures are computed.
///
/// The task texts are the same in both; the order of documents, the few-shot draws, GSM8K's stops and the names of tasks
/// and metrics differ.
public enum Protocol {
  /// Commit b281b09 of June 2023, the leaderboard's own. Documents are shuffled, and one generator draws for all.
  B281B09("b281b09", 42),
  /// Version 0.4.0 of December 2023, which SPIN's paper names. Documents stay in the order of their file.
  V0_4_0("v0.4.0", 1234);

  private final String label;
  private final long seed;

  Protocol(String label, long seed) {
    this.label = label;
    this.seed = seed;
  }

  /// The name on the command line and in files.
  public String label() {
    return label;
  }

  /// What Python's generator is seeded with, for each task anew.
  long seed() {
    return seed;
  }

  /// The texts that end an answer to GSM8K, besides EOS.
  List<String> gsm8kStops() {
    return switch (this) {
      case B281B09 -> List.of(":", "Question:", "Question");
      case V0_4_0 -> List.of("\n\n", "Question:");
    };
  }

  /// The protocol called `label`.
  ///
  /// @throws UserError if there is none
  public static Protocol of(String label) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "--protocol "
                        + label
                        + ": known are "
                        + Arrays.stream(values())
                            .map(Protocol::label)
                            .collect(Collectors.joining(" and "))));
  }
}
