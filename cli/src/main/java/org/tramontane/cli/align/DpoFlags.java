package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.DpoLoss;
import picocli.CommandLine.Option;

/// The options of DPO.
final class DpoFlags {
  @Option(names = "--beta", description = "Strength of the tie to the reference. Default: 0.1.")
  private @Nullable Double beta;

  @Option(
      names = "--label-smoothing",
      description = "Probability that a preference is the wrong way round, below 0.5. Default: 0.")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--reference",
      paramLabel = "DIR",
      description = "The reference model. Default: the model itself, as it is at the start.")
  private @Nullable Path reference;

  boolean isUsed() {
    return beta != null || labelSmoothing != null || reference != null;
  }

  DpoLoss loss() {
    return new DpoLoss(beta == null ? 0.1 : beta, labelSmoothing == null ? 0 : labelSmoothing);
  }

  Optional<Path> reference() {
    return Optional.ofNullable(reference);
  }
}
