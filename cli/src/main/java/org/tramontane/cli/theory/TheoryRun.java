package org.tramontane.cli.theory;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tramontane.spac.theory.experiment.Experiment;
import org.tramontane.spac.theory.experiment.Findings;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;
import picocli.CommandLine;

/// Runs experiments one after the other, and writes what each found as soon as it is there.
final class TheoryRun {
  private static final long LINE_NANOS = 5_000_000_000L;

  private final TheoryFlags flags;
  private final PrintWriter out;
  private final PrintWriter err;
  private long lastLine = System.nanoTime();

  TheoryRun(TheoryFlags flags, CommandLine command) {
    this.flags = flags;
    this.out = command.getOut();
    this.err = command.getErr();
  }

  int run(List<Experiment> experiments) {
    int seeds = flags.seeds();
    int threads = flags.threads();
    Path output = flags.output();
    try {
      Files.createDirectories(output);
    } catch (IOException e) {
      throw new UserError("--output " + output + " can't be written: " + e.getMessage(), e);
    }
    List<Findings> all = new ArrayList<>();
    for (Experiment experiment : experiments) {
      long began = System.nanoTime();
      int trials = experiment.values().size() * seeds;
      int index = all.size() + 1;
      Findings findings =
          Findings.of(
              experiment,
              seeds,
              threads,
              flags.tuning(),
              done -> progress(experiment, index, experiments.size(), done, trials, began));
      all.add(findings);
      AtomicFiles.writeString(
          output.resolve(experiment.name() + ".csv"), FindingsTable.csv(findings));
      FindingsPicture.write(findings, output);
      if (!flags.json()) {
        out.print(FindingsTable.markdown(findings));
        out.flush();
      }
    }
    AtomicFiles.writeString(output.resolve("report.html"), FindingsPage.html(all));
    if (flags.json()) {
      out.println(FindingsTable.json(all).toPrettyString());
    } else {
      out.println("page: " + output.resolve("report.html").toAbsolutePath().toUri());
    }
    out.flush();
    return 0;
  }

  private void progress(
      Experiment experiment, int index, int of, int done, int trials, long began) {
    long now = System.nanoTime();
    if (now - lastLine < LINE_NANOS || done == trials) {
      return;
    }
    lastLine = now;
    double left = (now - began) / 1e9 * (trials - done) / done;
    err.printf(
        Locale.ROOT,
        "experiment %d of %d, %s: %d of %d trials, %.0f s left in it%n",
        index,
        of,
        experiment.name(),
        done,
        trials,
        left);
    err.flush();
  }
}
