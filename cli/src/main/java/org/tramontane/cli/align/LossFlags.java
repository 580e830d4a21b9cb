package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of losses. Names and defaults are TRL's.
final class LossFlags {
  @Option(
      names = "--beta",
      description =
          "Strength of the tie to the reference; scale of the reward for simpo, weight of the odds ratio for orpo."
              + " Default: ${DEFAULT-VALUE}.")
  private double beta = 0.1;

  @Option(
      names = "--label-smoothing",
      description =
          "Probability that a preference is the wrong way round, below 0.5: cDPO's for dpo; robust, aot, simpo."
              + " Default: ${DEFAULT-VALUE}.")
  private double labelSmoothing;

  @Option(
      names = "--simpo-gamma",
      description =
          "The margin that the chosen response has to win by, for simpo. Default: ${DEFAULT-VALUE}.")
  private double simpoGamma = 0.5;

  @Option(
      names = "--desirable-weight",
      description = "Weight of desirable responses, for kto. Default: ${DEFAULT-VALUE}.")
  private double desirableWeight = 1;

  @Option(
      names = "--undesirable-weight",
      description = "Weight of undesirable responses, for kto. Default: ${DEFAULT-VALUE}.")
  private double undesirableWeight = 1;

  @Option(
      names = "--reference",
      paramLabel = "DIR",
      description = "The reference model. Default: the model itself, as it is at the start.")
  private @Nullable Path reference;

  double beta() {
    return beta;
  }

  double labelSmoothing() {
    return labelSmoothing;
  }

  double simpoGamma() {
    return simpoGamma;
  }

  double desirableWeight() {
    return desirableWeight;
  }

  double undesirableWeight() {
    return undesirableWeight;
  }

  Optional<Path> reference() {
    return Optional.ofNullable(reference);
  }
}
