package org.tramontane.cli.theory;

import java.util.concurrent.Callable;
import org.tramontane.spac.theory.experiment.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tramontane theory all`: every experiment.
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs all experiments.",
    footerHeading = "%nExample:%n",
    footer = "  tramontane theory all --quick")
final class TheoryAllCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private TheoryFlags flags;

  @SuppressWarnings("NullAway.Init")
  TheoryAllCommand() {}

  @Override
  public Integer call() {
    return new TheoryRun(flags, spec.commandLine()).run(Experiment.all(flags.size()));
  }
}
