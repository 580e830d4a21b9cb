package org.tramontane.cli.theory;

import java.io.PrintWriter;
import org.tramontane.spac.theory.experiment.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tramontane theory list`: the experiments' names and questions.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the experiments and what each asks.")
final class TheoryListCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  TheoryListCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    for (Experiment experiment : Experiment.all(Experiment.Size.of(false))) {
      out.printf("%-12s %s%n", experiment.name(), experiment.question());
    }
    out.flush();
  }
}
