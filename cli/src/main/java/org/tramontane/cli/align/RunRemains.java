package org.tramontane.cli.align;

import java.nio.file.Path;
import org.tramontane.spac.train.checkpoint.CheckpointStore;

/// What a run has left in its folder and beside it, for whoever starts runs and starts them again.
public final class RunRemains {
  private RunRemains() {}

  /// Where a run's metrics and checkpoints lie while it is under way, and after it was stopped.
  ///
  /// @param output the run's `--output`
  public static Path running(Path output) {
    return RunFolder.running(output.toAbsolutePath().normalize());
  }

  /// Whether there is a checkpoint, whole or not; `align` refuses to begin over one.
  public static boolean hasCheckpoints(Path output) {
    return !new CheckpointStore(running(output), 1).isEmpty();
  }

  /// Whether there is a checkpoint from which `--resume` can go on. Its files are read, to see that they are whole.
  public static boolean canResume(Path output) {
    return new CheckpointStore(running(output), 1).newest(torn -> {}).isPresent();
  }

  /// Whether the run came to its end.
  public static boolean isComplete(Path output) {
    return RunRecord.isComplete(output.resolve(RunFolder.RUN));
  }
}
