package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a run leaves on its way, and what it goes on from. Names are TRL's where it has one.
final class CheckpointFlags {
  @Option(
      names = "--save-steps",
      paramLabel = "N",
      description =
          "Write a checkpoint to <output>.running every N optimiser steps, and when a round of self-play is sampled, scored"
              + " or over. Default: only when the run is stopped with Ctrl-C or SIGTERM.")
  private @Nullable Long saveSteps;

  @Option(
      names = "--save-total-limit",
      paramLabel = "N",
      description = "Keep the newest N checkpoints. Default: ${DEFAULT-VALUE}.")
  private int saveTotalLimit = 2;

  @Option(
      names = "--resume",
      description =
          "Go on from the newest checkpoint of the same command, to the same bits as if it had not been stopped.")
  private boolean resume;

  @Option(
      names = "--reference-cache",
      paramLabel = "DIR",
      description =
          "Keep the reference's log-probabilities here, and use those that a run with the same reference and data has left.")
  private @Nullable Path referenceCache;

  boolean resume() {
    return resume;
  }

  /// Steps from one checkpoint to the next; 0 for none.
  long saveSteps() {
    if (saveSteps != null && saveSteps < 1) {
      throw new IllegalArgumentException("save_steps = " + saveSteps + "; allowed: 1 or more");
    }
    return saveSteps == null ? 0 : saveSteps;
  }

  int saveTotalLimit() {
    return saveTotalLimit;
  }

  Optional<Path> referenceCache() {
    return Optional.ofNullable(referenceCache);
  }
}
