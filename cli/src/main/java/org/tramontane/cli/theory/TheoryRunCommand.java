package org.tramontane.cli.theory;

import java.util.List;
import java.util.concurrent.Callable;
import org.tramontane.spac.theory.experiment.Experiment;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tramontane theory run`: some of the experiments.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs experiments by name ('tramontane theory list').",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tramontane theory run n-sparse --output out/theory",
      "  tramontane theory run n-fixed rounds --seeds 100",
      "  tramontane theory run n-fixed --rounds 64000"
    })
final class TheoryRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "EXPERIMENT", description = "Names.")
  private List<String> names;

  @Mixin private TheoryFlags flags;

  @SuppressWarnings("NullAway.Init")
  TheoryRunCommand() {}

  @Override
  public Integer call() {
    List<Experiment> all = Experiment.all(flags.size());
    List<Experiment> chosen =
        names.stream()
            .map(
                name ->
                    all.stream()
                        .filter(experiment -> experiment.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                            () ->
                                new UserError(
                                    "theory run: no experiment is called '%s'; known are %s"
                                        .formatted(
                                            name,
                                            String.join(
                                                ", ",
                                                all.stream().map(Experiment::name).toList())))))
            .toList();
    return new TheoryRun(flags, spec.commandLine()).run(chosen);
  }
}
