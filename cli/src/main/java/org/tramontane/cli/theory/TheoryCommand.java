package org.tramontane.cli.theory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tramontane theory`: experiments on bandits where everything can be computed.
@Command(
    name = "theory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Plays SPAC's game (SPAC-T) on bandits where everything can be computed, beside DPO, IPO, maximum likelihood and"
          + " others: how suboptimality falls with data, rounds and coverage, and where it does not.",
      "",
      "docs/theory.md explains the theorem and each picture."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane theory list",
      "  tramontane theory run n-sparse --output out/theory",
      "  tramontane theory all --quick",
      "  tramontane theory run n-fixed --quick --json | jq '.experiments[0].curves[] | [.method, .slope]'"
    },
    subcommands = {TheoryListCommand.class, TheoryRunCommand.class, TheoryAllCommand.class})
public final class TheoryCommand implements Runnable {
  @Spec private CommandSpec spec;

  /// Made by picocli, which sets the fields.
  @SuppressWarnings("NullAway.Init")
  public TheoryCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which one? 'tramontane theory --help' lists list, run and all");
  }
}
