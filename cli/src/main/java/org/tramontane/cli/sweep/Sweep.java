package org.tramontane.cli.sweep;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.sweep.SweepPlan.PlannedRun;
import org.tramontane.cli.sweep.SweepState.Present;
import org.tramontane.tensor.UserError;

/// Makes the runs of a plan, one after the other, each in a JVM of its own: what is complete stays, what failed is passed over
/// together with what would start from it.
final class Sweep {
  /// What is passed on of a run's many lines; the log has all.
  private static final Pattern TELLING =
      Pattern.compile("[A-Z][A-Z_]* (step|round) .*|held-out accuracy .*|tramontane: .*");

  private static final String ERROR = "tramontane: ";

  /// How a run came out.
  enum Status {
    /// It was there already.
    KEPT,
    /// It was made.
    COMPLETE,
    /// It ended with an error.
    FAILED,
    /// What it starts from failed, or the sweep was told to stop at the first failure.
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
  private final PrintWriter err;

  /// @param err hears how it goes
  Sweep(SweepPlan plan, Path output, boolean failFast, PrintWriter err) {
    this.plan = plan;
    this.output = output;
    this.failFast = failFast;
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
    boolean stopped = false;
    for (int i = 0; i < plan.runs().size(); i++) {
      PlannedRun run = plan.runs().get(i);
      boolean blocked = run.start().filter(broken::contains).isPresent();
      Outcome outcome;
      if (present.get(i) == Present.COMPLETE) {
        outcome = new Outcome(run, Status.KEPT, 0, 0, "");
        line(i, run, "complete already");
      } else if (blocked || stopped) {
        String why = blocked ? "it starts from a run that failed" : "--fail-fast";
        outcome = new Outcome(run, Status.LEFT_OUT, 0, 0, why);
        line(i, run, "left out: " + why);
      } else {
        outcome = make(i, run, present, state);
      }
      outcomes.add(outcome);
      if (!outcome.isComplete()) {
        broken.add(run.id());
        stopped |= failFast;
      }
    }
    return outcomes;
  }

  private Outcome make(int index, PlannedRun run, List<Present> present, SweepState state)
      throws InterruptedException, IOException {
    List<String> names = new ArrayList<>();
    for (int i = index; i < plan.runs().size(); i++) {
      if (present.get(i) != Present.COMPLETE) {
        names.add(plan.runs().get(i).name());
      }
    }
    line(index, run, TimeLeft.text(TimeLeft.of(names, state.secondsByName())));
    state.begin(run);
    List<String> arguments = new ArrayList<>(run.arguments());
    if (present.get(index) == Present.PART) {
      arguments.add("--overwrite");
    }
    long began = System.nanoTime();
    List<String> errors = new ArrayList<>();
    Path log = Files.createDirectories(output.resolve("logs")).resolve(run.id() + ".log");
    int exitCode =
        RunProcess.run(
            arguments,
            log,
            said -> {
              if (said.startsWith(ERROR)) {
                errors.add(said.substring(ERROR.length()));
              }
              if (TELLING.matcher(said).matches()) {
                line(index, run, said);
              }
            });
    double seconds = (System.nanoTime() - began) * 1e-9;
    state.end(run, exitCode == 0, seconds);
    if (exitCode == 0) {
      line(index, run, String.format(Locale.ROOT, "complete after %.0f s", seconds));
      return new Outcome(run, Status.COMPLETE, seconds, 0, "");
    }
    String message =
        "exit code %d%s; all it said is in %s"
            .formatted(exitCode, errors.isEmpty() ? "" : ": " + errors.getLast(), log);
    line(index, run, "FAILED: " + message);
    return new Outcome(run, Status.FAILED, seconds, exitCode, message);
  }

  private void line(int index, PlannedRun run, String text) {
    err.printf("[%d/%d] %s: %s%n", index + 1, plan.runs().size(), run.id(), text);
    err.flush();
  }
}
