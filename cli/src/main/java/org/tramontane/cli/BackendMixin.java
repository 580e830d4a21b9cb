package org.tramontane.cli;

import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of every command that computes: which backend, and with how many threads.
public final class BackendMixin {
  /// The command that has these options; its standard error hears what `auto` chose.
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backends.AUTO,
      description =
          "Who computes: cpu, nd4j, tornado, or auto for the best that can run here (default). 'tramontane doctor' lists them.")
  private String backend = Backends.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Host threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /// Host threads to compute with.
  public int threads() {
    return threads;
  }

  /// A new backend.
  public Backend create() {
    return create(Blas.AUTO);
  }

  /// A new backend whose large matrix products `blas` does, where the backend has a choice.
  public Backend create(Blas blas) {
    if (threads < 1) {
      throw new UserError("--threads " + threads + ": allowed are 1 or more");
    }
    try {
      Backends.Choice choice = Backends.choose(backend, new BackendOptions(threads, blas));
      CommandSpec telling = command;
      if (backend.equals(Backends.AUTO) && telling != null) {
        telling.commandLine().getErr().println(line(choice));
        telling.commandLine().getErr().flush();
      }
      return choice.backend();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UserError("--backend " + backend + ": " + e.getMessage(), e);
    }
  }

  private static String line(Backends.Choice choice) {
    return "backend auto: "
        + choice.backend().name()
        + ", "
        + choice.reason()
        + " ("
        + choice.backend().description()
        + ")";
  }
}
