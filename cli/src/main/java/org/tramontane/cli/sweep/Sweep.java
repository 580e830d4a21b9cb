package org.tramontane.cli.sweep;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.align.RunRemains;
import org.tramontane.cli.sweep.SweepPlan.PlannedRun;
import org.tramontane.cli.sweep.SweepState.Present;
import org.tramontane.tensor.UserError;

/// Makes the runs of a plan, one after the other, each in a JVM of its own: what is complete stays, what failed is passed over
/// together with what would start from it.
final class Sweep {
  /// What is passed on of a run's many lines; the log has all. In SPAC's explicit form a step is a player's.
  private static final Pattern TELLING =
      Pattern.compile(
          "[A-Z][A-Z_]*( critic| policy)? (step|round) .*|held-out accuracy .*|tramontane: .*");

  /// Exit codes after SIGINT and SIGTERM.
  private static final Set<Integer> SIGNALS = Set.of(130, 143);

  /// How long a parent may be slower than its child to hear of Ctrl-C.
  private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(1);

  private static final String ERROR = "tramontane: ";

  /// How a run came out.
  enum Status {
    /// It was there already.
    KEPT,
    /// It was made.
    COMPLETE,
    /// It ended without being complete.
    FAILED,
    /// The sweep was asked to stop while it was under way.
    STOPPED,
    /// What it starts from failed, or the sweep was to stop, at the first failure or at once.
    LEFT_OUT
  }

  /// A run's end.
  ///
  /// @param exitCode of its process; 0 where there was none
  /// @param message why it failed or was left out; else empty
  record Outcome(PlannedRun run, Status status, double seconds, int exitCode, String message) {
    /// Whether the run's folder is complete.
    boolean isComplete() {
      return status == Status.KEPT || status == Status.COMPLETE;
    }
  }

  private final SweepPlan plan;
  private final Path output;
  private final boolean failFast;
  private final SweepStop stop;
  private final PrintWriter err;

  /// @param stop knows when no run is to begin any more
  /// @param err hears how it goes
  Sweep(SweepPlan plan, Path output, boolean failFast, SweepStop stop, PrintWriter err) {
    this.plan = plan;
    this.output = output;
    this.failFast = failFast;
    this.stop = stop;
    this.err = err;
  }

  /// Makes what is not there yet.
  ///
  /// @return an outcome for each run of the plan
  /// @throws UserError if a folder holds what the plan would not make, or another sweep is at work in it
  List<Outcome> run() throws InterruptedException {
    try {
      Files.createDirectories(output);
      // Kept open, and so locked, until the sweep is over; a lock ends with its process.
      try (FileChannel channel =
          FileChannel.open(
              output.resolve("sweep.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        requireAlone(channel);
        return runAlone();
      }
    } catch (IOException e) {
      throw new UserError("--output " + output + ": " + e.getMessage(), e);
    }
  }

  private void requireAlone(FileChannel channel) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new UserError("--output " + output + ": another sweep is at work there");
    }
  }

  private List<Outcome> runAlone() throws InterruptedException, IOException {
    SweepState state = SweepState.open(output);
    // All of them first: what has to be refused is refused before anything runs.
    List<Present> present = plan.runs().stream().map(state::present).toList();
    List<Outcome> outcomes = new ArrayList<>();
    Set<String> broken = new HashSet<>();
    boolean failed = false;
    for (int i = 0; i < plan.runs().size(); i++) {
      PlannedRun run = plan.runs().get(i);
      boolean blocked = run.start().filter(broken::contains).isPresent();
      Outcome outcome;
      if (present.get(i) == Present.COMPLETE) {
        outcome = new Outcome(run, Status.KEPT, 0, 0, "");
        line(i, run, "complete already");
      } else if (stop.isRequested()) {
        outcome = leftOut(i, run, "the sweep was asked to stop");
      } else if (blocked) {
        outcome = leftOut(i, run, "it starts from a run that failed");
      } else if (failed) {
        outcome = leftOut(i, run, "--fail-fast");
      } else {
        outcome = make(i, run, present, state);
      }
      outcomes.add(outcome);
      if (!outcome.isComplete()) {
        broken.add(run.id());
        failed |= failFast;
      }
    }
    return outcomes;
  }

  private Outcome leftOut(int index, PlannedRun run, String why) {
    line(index, run, "left out: " + why);
    return new Outcome(run, Status.LEFT_OUT, 0, 0, why);
  }

  private Outcome make(int index, PlannedRun run, List<Present> present, SweepState state)
      throws InterruptedException, IOException {
    List<String> names = new ArrayList<>();
    for (int i = index; i < plan.runs().size(); i++) {
      if (present.get(i) != Present.COMPLETE) {
        names.add(plan.runs().get(i).name());
      }
    }
    boolean resumed = present.get(index) == Present.RESUMABLE;
    line(
        index,
        run,
        switch (present.get(index)) {
              case NOTHING, COMPLETE -> "";
              case PART -> "begins anew, because it left no checkpoint to go on from; ";
              case RESUMABLE -> "goes on from its checkpoint; ";
            }
            + TimeLeft.text(TimeLeft.of(names, state.secondsByName())));
    state.begin(run, resumed);
    List<String> arguments = new ArrayList<>(run.arguments());
    switch (present.get(index)) {
      case NOTHING, COMPLETE -> {}
      case PART -> arguments.add("--overwrite");
      case RESUMABLE -> arguments.add("--resume");
    }
    long began = System.nanoTime();
    List<String> errors = new ArrayList<>();
    Path log = Files.createDirectories(output.resolve("logs")).resolve(run.id() + ".log");
    OptionalInt exitCode =
        RunProcess.run(
            arguments,
            log,
            stop,
            said -> {
              if (said.startsWith(ERROR)) {
                errors.add(said.substring(ERROR.length()));
              }
              if (isTelling(said)) {
                line(index, run, said);
              }
            });
    double seconds = (System.nanoTime() - began) * 1e-9;
    int code = exitCode.orElse(0);
    boolean stopped =
        SIGNALS.contains(code) ? stop.isRequestedWithin(SIGNAL_PATIENCE) : stop.isRequested();
    Status status = status(RunRemains.isComplete(run.folder()), stopped);
    state.end(run, status, seconds);
    String message =
        switch (status) {
          case KEPT, COMPLETE, LEFT_OUT -> "";
          case STOPPED ->
              RunRemains.hasCheckpoints(run.folder())
                  ? "the same sweep goes on from its checkpoint"
                  : "it had nothing to keep yet, and begins anew in the same sweep";
          case FAILED -> failure(run, resumed, code, errors, log);
        };
    line(
        index,
        run,
        switch (status) {
          case KEPT, COMPLETE, LEFT_OUT ->
              String.format(Locale.ROOT, "complete after %.0f s", seconds);
          case STOPPED -> "stopped: " + message;
          case FAILED -> "FAILED: " + message;
        });
    return new Outcome(run, status, seconds, code, message);
  }

  private static String failure(
      PlannedRun run, boolean resumed, int code, List<String> errors, Path log) {
    String why = errors.isEmpty() ? "" : ": " + errors.getLast();
    return "exit code %d%s%s; all it said is in %s"
        .formatted(
            code,
            code == 0 ? ", but its run.json does not say that it is complete" : why,
            resumed
                ? "; delete " + RunRemains.running(run.folder()) + " to have the run begin anew"
                : "",
            log);
  }

  /// How a run came out whose process has ended. Its own record decides, and no exit code: a process that is asked to stop after
  /// its last step completes the run and ends with 143, and one that ends with 0 may have done something else.
  static Status status(boolean complete, boolean stopped) {
    if (complete) {
      return Status.COMPLETE;
    }
    return stopped ? Status.STOPPED : Status.FAILED;
  }

  /// Whether a line of a run's is passed on.
  static boolean isTelling(String line) {
    return TELLING.matcher(line).matches();
  }

  private void line(int index, PlannedRun run, String text) {
    err.printf("[%d/%d] %s: %s%n", index + 1, plan.runs().size(), run.id(), text);
    err.flush();
  }
}
