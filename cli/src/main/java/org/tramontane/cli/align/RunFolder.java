package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.tramontane.tensor.DType;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import org.tramontane.transformer.LoraAdapter;
import org.tramontane.transformer.MistralModel;

/// The folder that a run leaves behind: a Hugging Face checkpoint or a PEFT adapter, and with it `metrics.csv`, the same for TensorBoard,
/// `run.json`, and `report.html`, which is the page of all of them.
///
/// While the run is under way, its metrics grow in `<folder>.running`. Each checkpoint is written beside and renamed
/// into place together with the metrics so far; a kill leaves the last complete one.
final class RunFolder implements TrainingObserver, AutoCloseable {
  static final String METRICS = "metrics.csv";
  static final String RUN = "run.json";
  static final String CRITIC = "critic";
  static final String REPORT = "report.html";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path running;
  private final MetricsFile metrics;
  private final TensorBoardMetrics tensorBoard;
  private @Nullable Critic critic;
  private int checkpoints;
  private boolean complete;

  /// Makes room for a run.
  ///
  /// @param overwrite whether a folder with files may be replaced
  /// @throws UserError if it may not
  RunFolder(Path folder, boolean overwrite) {
    this.folder = folder.toAbsolutePath().normalize();
    this.running = this.folder.resolveSibling(this.folder.getFileName() + ".running");
    if (!overwrite && !isEmpty(this.folder)) {
      throw new UserError(
          "--output "
              + folder
              + " is not empty; name another folder, or give --overwrite to replace it");
    }
    try {
      Files.createDirectories(running);
    } catch (IOException e) {
      throw new UserError(running + " can't be made: " + e.getMessage(), e);
    }
    this.metrics = new MetricsFile(running.resolve(METRICS));
    this.tensorBoard = new TensorBoardMetrics(running);
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
    checkpoints++;
  }

  /// Says that the run came to its end: its metrics are with the checkpoint.
  void complete() {
    complete = true;
  }

  /// Notes how a run ended that could not go on, beside its metrics.
  ///
  /// @return where the last complete checkpoint is, in words
  String abandon(ObjectNode run) {
    AtomicFiles.writeString(running.resolve(RUN), run.toPrettyString() + "\n");
    return (checkpoints > 0
            ? "the checkpoint of the last complete round is in " + folder
            : "no round was complete, so " + folder + " is as it was")
        + "; metrics are in "
        + running;
  }

  @Override
  public void close() {
    metrics.close();
    tensorBoard.close();
    try {
      // What a run that did not come to its end has measured stays for whoever asks why.
      if (complete) {
        Files.deleteIfExists(running.resolve(METRICS));
        Files.deleteIfExists(tensorBoard.path());
        Files.deleteIfExists(running.resolve(RUN));
        Files.deleteIfExists(running);
      }
    } catch (IOException e) {
      // What stays behind says by its name what it is.
    }
  }
}
