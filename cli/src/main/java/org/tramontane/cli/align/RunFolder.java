package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.cli.report.RunReport;
import org.tramontane.cli.tensorboard.TensorBoardMetrics;
import org.tramontane.spac.train.Critic;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.GameRound;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;
import org.tramontane.spac.train.TrainingState;
import org.tramontane.spac.train.checkpoint.CheckpointStore;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.tensor.io.IoReason;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;

/// The folder that a run leaves behind: a Hugging Face checkpoint or a PEFT adapter, and with it `metrics.csv`, the same for TensorBoard,
/// `run.json`, and `report.html`, which is the page of all of them.
///
/// While the run is under way, its metrics grow in `<folder>.running`, and there its checkpoints lie, from which it can
/// go on. The model after each round is written beside and renamed into place together with the metrics so far; a kill
/// leaves the last complete one.
final class RunFolder implements TrainingObserver, AutoCloseable {
  static final String METRICS = "metrics.csv";
  static final String RUN = "run.json";
  static final String CRITIC = "critic";
  static final String REPORT = "report.html";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final RunLock lock;
  private final Path running;
  private final CheckpointStore store;
  private final Optional<LeftRun> left;
  private final MetricsFile metrics;
  private final TensorBoardMetrics tensorBoard;
  private @Nullable Critic critic;
  private boolean written;
  private boolean complete;

  private RunFolder(
      Path folder,
      RunLock lock,
      CheckpointStore store,
      Optional<LeftRun> left,
      MetricsFile metrics,
      TensorBoardMetrics tensorBoard) {
    this.folder = folder;
    this.lock = lock;
    this.running = running(folder);
    this.store = store;
    this.left = left;
    this.metrics = metrics;
    this.tensorBoard = tensorBoard;
  }

  /// Makes room for a run that begins.
  ///
  /// @param overwrite whether a folder with files, and checkpoints of another run, may be replaced
  /// @param limit how many checkpoints to keep
  /// @throws UserError if it may not
  static RunFolder begin(Path output, boolean overwrite, int limit) {
    Path folder = output.toAbsolutePath().normalize();
    Path running = running(folder);
    CheckpointStore store = new CheckpointStore(running, limit);
    if (!overwrite && !isEmpty(folder)) {
      throw notEmpty(output);
    }
    if (!overwrite && !store.isEmpty()) {
      throw new UserError(
          running
              + " holds checkpoints of a run that did not come to its end: --resume goes on from the"
              + " newest, --overwrite begins anew");
    }
    try {
      Files.createDirectories(running);
    } catch (IOException e) {
      throw new UserError(running + " can't be made: " + IoReason.of(e), e);
    }
    RunLock lock = RunLock.of(running);
    try {
      store.deleteAll();
      deleteEvents(running);
      return new RunFolder(
          folder,
          lock,
          store,
          Optional.empty(),
          MetricsFile.create(running.resolve(METRICS)),
          new TensorBoardMetrics(running));
    } catch (UserError e) {
      lock.close();
      throw e;
    }
  }

  /// Finds what a run that was stopped has left.
  ///
  /// @param overwrite whether a folder with files that are not this run's may be replaced
  /// @param identity of the run that is to go on
  /// @param arena in which the state stays mapped
  /// @param say hears what there is to say of checkpoints that can't be used
  /// @throws UserError if there is nothing to go on from, or it is another run's
  static RunFolder resume(
      Path output,
      boolean overwrite,
      int limit,
      RunIdentity identity,
      Arena arena,
      Consumer<String> say) {
    Path folder = output.toAbsolutePath().normalize();
    Path running = running(folder);
    CheckpointStore store = new CheckpointStore(running, limit);
    if (store.isEmpty()) {
      throw new UserError(
          "--resume: nothing to resume: "
              + (RunRecord.isComplete(folder.resolve(RUN))
                  ? "the run in " + output + " is complete"
                  : running + " holds no checkpoint; leave --resume away to begin"));
    }
    RunLock lock = RunLock.of(running);
    boolean opened = false;
    try {
      Path newest =
          store
              .newest(say)
              .orElseThrow(
                  () ->
                      new UserError(
                          "--resume: nothing to resume: no checkpoint in "
                              + running
                              + " is whole; begin anew with --overwrite"));
      LeftRun left = LeftRun.read(newest, arena);
      left.identity().requireSame(identity, newest);
      AtomicFiles.recoverDirectory(folder);
      if (!overwrite && !isEmpty(folder) && !left.hasWritten(folder)) {
        throw notEmpty(output);
      }
      store.deleteAfter(newest);
      deleteEvents(running);
      Path metrics = running.resolve(METRICS);
      Path events = running.resolve(LeftRun.events(newest).getFileName());
      Files.copy(left.metrics(), metrics, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(LeftRun.events(newest), events, StandardCopyOption.REPLACE_EXISTING);
      long rows = Math.max(0, Files.readAllLines(metrics).size() - 1);
      RunFolder run =
          new RunFolder(
              folder,
              lock,
              store,
              Optional.of(left),
              MetricsFile.append(metrics),
              TensorBoardMetrics.append(events, rows));
      run.written = left.hasWritten(folder);
      opened = true;
      return run;
    } catch (IOException e) {
      throw new UserError(running + " can't be read or written: " + IoReason.of(e), e);
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /// What the run goes on from; nothing for one that begins.
  Optional<LeftRun> left() {
    return left;
  }

  /// Where the run in `folder` is at work.
  static Path running(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".running");
  }

  private static UserError notEmpty(Path output) {
    return new UserError(
        "--output "
            + output
            + " is not empty; name another folder, or give --overwrite to replace it");
  }

  /// Of a process that was killed: the name has the second in which it began.
  private static void deleteEvents(Path running) {
    try (Stream<Path> files = Files.list(running)) {
      for (Path file : files.filter(LeftRun::isEvents).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UserError(running + " can't be written: " + IoReason.of(e), e);
    }
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UserError("--output " + folder + " is not a folder that can be read", e);
    }
  }

  /// From now on checkpoints hold this critic too.
  void with(Critic player) {
    critic = player;
  }

  @Override
  public void onGameRound(GameRound round) {
    tensorBoard.onGameRound(round);
  }

  @Override
  public void onStep(StepReport step) {
    metrics.onStep(step);
    tensorBoard.onStep(step);
  }

  @Override
  public void onEvaluation(int round, Evaluation evaluation) {
    tensorBoard.onEvaluation(round, evaluation);
  }

  /// Puts a checkpoint in place - the weights, or the adapter alone - with the metrics so far and what is known of the run.
  void checkpoint(MistralModel policy, Path startedFrom, ObjectNode run) {
    AtomicFiles.writeDirectory(
        folder,
        beside -> {
          LoraAdapter adapter = policy.adapter().orElse(null);
          if (adapter == null) {
            policy.weights().writeTo(beside, DType.F32, startedFrom);
          } else {
            adapter.writeTo(beside, startedFrom);
          }
          Critic player = critic;
          if (player != null) {
            player.writeTo(Files.createDirectory(beside.resolve(CRITIC)), startedFrom);
          }
          Files.copy(running.resolve(METRICS), beside.resolve(METRICS));
          Files.copy(tensorBoard.path(), beside.resolve(tensorBoard.path().getFileName()));
          Files.writeString(
              beside.resolve(RUN),
              JSON.writerWithDefaultPrettyPrinter().writeValueAsString(run) + "\n");
          Files.writeString(beside.resolve(REPORT), RunReport.of(RunFiles.read(beside)).toHtml());
        });
    written = true;
  }

  /// Keeps the state of a run that is under way, from which it can go on.
  ///
  /// @return where it lies
  Path keep(TrainingState state, RunIdentity identity, ObjectNode run) {
    return store.write(
        state.steps(),
        beside ->
            LeftRun.write(
                beside, state, identity, run, running.resolve(METRICS), tensorBoard.path()));
  }

  /// Says that the run came to its end: its metrics are with the checkpoint.
  void complete() {
    complete = true;
  }

  /// Notes how a run ended that could not go on, beside its metrics, if that can be written.
  ///
  /// @return where the last complete model and the last checkpoint are, in words
  String abandon(ObjectNode run) {
    String where =
        written
            ? "the model of the last complete round is in " + folder
            : "no round was complete, so " + folder + " is as it was";
    try {
      AtomicFiles.writeString(running.resolve(RUN), run.toPrettyString() + "\n");
      where += "; metrics are in " + running;
    } catch (UserError e) {
      // What ended the run is said, and matters more.
    }
    return where
        + store
            .newest(torn -> {})
            .map(checkpoint -> "; --resume goes on from " + checkpoint)
            .orElse("; there is no checkpoint to go on from");
  }

  @Override
  public void close() {
    metrics.close();
    tensorBoard.close();
    try {
      // What a run that did not come to its end has measured and kept stays for whoever asks why,
      // or goes on.
      if (complete) {
        store.deleteAll();
        Files.deleteIfExists(running.resolve(METRICS));
        Files.deleteIfExists(tensorBoard.path());
        Files.deleteIfExists(running.resolve(RUN));
        lock.delete();
        Files.deleteIfExists(running);
      }
    } catch (IOException e) {
      // What stays behind says by its name what it is.
    } finally {
      lock.close();
    }
  }
}
