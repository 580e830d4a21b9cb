package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.tramontane.spac.train.StatePart;
import org.tramontane.spac.train.TrainingState;
import org.tramontane.spac.train.checkpoint.StateFile;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.IoReason;

/// What a run that was stopped has left in a checkpoint.
///
/// @param folder the checkpoint
/// @param identity of the run
/// @param record `run.json` so far
/// @param parts of the training's state
record LeftRun(
    Path folder, RunIdentity identity, ObjectNode record, SequencedMap<String, StatePart> parts) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATE = "state.safetensors";
  private static final String IDENTITY = "identity.json";
  private static final String STARTED = "started";
  private static final String EVENTS = "events.out.tfevents.";

  /// Writes a run's state into a folder that is there.
  ///
  /// @param events TensorBoard's file so far
  static void write(
      Path folder,
      TrainingState state,
      RunIdentity identity,
      ObjectNode record,
      Path metrics,
      Path events)
      throws IOException {
    StateFile.write(folder.resolve(STATE), state.parts(), Map.of());
    Files.writeString(folder.resolve(IDENTITY), identity.json().toPrettyString() + "\n");
    Files.writeString(folder.resolve(RunFolder.RUN), record.toPrettyString() + "\n");
    Files.copy(metrics, folder.resolve(RunFolder.METRICS));
    Files.copy(events, folder.resolve(events.getFileName()));
  }

  /// Reads a checkpoint that is whole.
  ///
  /// @param arena in which large parts stay mapped
  /// @throws UserError if it can't be read, or a file is not what a run writes
  static LeftRun read(Path checkpoint, Arena arena) {
    try {
      return new LeftRun(
          checkpoint,
          RunIdentity.read(object(checkpoint.resolve(IDENTITY))),
          object(checkpoint.resolve(RunFolder.RUN)),
          StateFile.read(checkpoint.resolve(STATE), arena));
    } catch (IOException e) {
      throw new UserError(checkpoint + " can't be read: " + IoReason.of(e), e);
    }
  }

  private static ObjectNode object(Path file) throws IOException {
    if (JSON.readTree(file.toFile()) instanceof ObjectNode object) {
      return object;
    }
    throw new UserError(file + " is not a JSON object, as a checkpoint's would be");
  }

  /// Metrics so far.
  Path metrics() {
    return folder.resolve(RunFolder.METRICS);
  }

  /// Whether the model in `output` is one that this run has written there, after an earlier round.
  boolean hasWritten(Path output) {
    try {
      String started = record.path(STARTED).asText();
      return !started.isEmpty()
          && JSON.readTree(output.resolve(RunFolder.RUN).toFile())
              .path(STARTED)
              .asText()
              .equals(started);
    } catch (IOException e) {
      return false;
    }
  }

  /// TensorBoard's file in `folder`.
  static Path events(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(LeftRun::isEvents)
          .findFirst()
          .orElseThrow(() -> new UserError(folder + " has no file called " + EVENTS + "..."));
    }
  }

  /// Whether a file is TensorBoard's.
  static boolean isEvents(Path file) {
    return file.getFileName().toString().startsWith(EVENTS);
  }
}
