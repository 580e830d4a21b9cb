package org.tramontane.cli.theory;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.theory.experiment.Experiment;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Option;

/// Options of `theory run` and `theory all`.
final class TheoryFlags {
  @Option(
      names = "--quick",
      description = "Fewer values, rounds and seeds: a look in well under two minutes.")
  private boolean quick;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where CSV, charts and the page go. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("tramontane-theory");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Repetitions of each value. Default: 30, with --quick 10.")
  private @Nullable Integer seeds;

  @Option(
      names = "--rounds",
      paramLabel = "T",
      description =
          "Rounds of SPAC-T, where they are not what is varied (pessimistic maximum likelihood plays an eighth, a network's"
              + " critic a 16th). Default: 4000, with --quick 1000.")
  private @Nullable Integer rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Default: one for each processor. Results don't depend on it.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--tuning-seeds",
      description = "Use the seeds that are kept for choosing settings and are never reported.")
  private boolean tuning;

  @Option(names = "--json", description = "Print one JSON object instead of tables.")
  private boolean json;

  Experiment.Size size() {
    Experiment.Size usual = Experiment.Size.of(quick);
    if (rounds == null) {
      return usual;
    }
    if (rounds < 1) {
      throw new UserError("--rounds " + rounds + ": allowed are 1 or more");
    }
    return new Experiment.Size(quick, rounds);
  }

  Path output() {
    return output;
  }

  int seeds() {
    if (seeds != null && seeds < 2) {
      throw new UserError("--seeds " + seeds + ": allowed are 2 or more");
    }
    return seeds != null ? seeds : quick ? 10 : 30;
  }

  int threads() {
    if (threads < 1) {
      throw new UserError("--threads " + threads + ": allowed are 1 or more");
    }
    return threads;
  }

  boolean tuning() {
    return tuning;
  }

  boolean json() {
    return json;
  }
}
