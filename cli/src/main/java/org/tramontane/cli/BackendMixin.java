package org.tramontane.cli;

import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.Backends;
import org.tramontane.tensor.UserError;
import picocli.CommandLine.Option;

/// The options of every command that computes: which backend, and with how many threads.
public final class BackendMixin {
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
      return Backends.create(backend, new BackendOptions(threads, blas));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UserError("--backend " + backend + ": " + e.getMessage(), e);
    }
  }
}
