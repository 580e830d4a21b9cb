package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.train.TrainingInterrupted;
import org.tramontane.spac.train.TrainingState;

/// Decides when a run keeps its state: every so many steps, after other work that took its time, and where it is asked to
/// stop.
final class RunCheckpoints implements TrainingState.Keeper {
  /// Writes a checkpoint.
  @FunctionalInterface
  interface Writer {
    /// Writes `state` with all that belongs to it.
    ///
    /// @return where it lies
    Path write(TrainingState state);
  }

  private final long saveSteps;
  private final BooleanSupplier stop;
  private final Writer writer;
  private @Nullable Path newest;
  private boolean changed;

  /// @param saveSteps steps from one checkpoint to the next; 0 for none
  /// @param stop whether the run is asked to stop
  /// @param newest the checkpoint that the run goes on from, or null
  RunCheckpoints(long saveSteps, BooleanSupplier stop, @Nullable Path newest, Writer writer) {
    this.saveSteps = saveSteps;
    this.stop = stop;
    this.newest = newest;
    this.writer = writer;
  }

  @Override
  public void onBorder(TrainingState.Border border, TrainingState state) {
    boolean due =
        switch (border) {
          case STEP -> saveSteps > 0 && state.steps() % saveSteps == 0;
          case UNIT -> saveSteps > 0;
          case PIECE, POLL -> false;
        };
    changed |= border != TrainingState.Border.POLL;
    boolean stopping = stop.getAsBoolean();
    if (!due && !stopping) {
      return;
    }
    Path kept = newest;
    if (changed || kept == null) {
      kept = writer.write(state);
      newest = kept;
      changed = false;
    }
    if (stopping) {
      throw new TrainingInterrupted(
          "stopped after %d steps; the same command with --resume goes on from %s"
              .formatted(state.steps(), kept));
    }
  }
}
