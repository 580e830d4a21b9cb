package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.AlignmentLoss;
import org.tramontane.spac.loss.AotLoss;
import org.tramontane.spac.loss.ApoDownLoss;
import org.tramontane.spac.loss.ApoZeroLoss;
import org.tramontane.spac.loss.BcoLoss;
import org.tramontane.spac.loss.BcoPairLoss;
import org.tramontane.spac.loss.DpoLoss;
import org.tramontane.spac.loss.HingeLoss;
import org.tramontane.spac.loss.IpoLoss;
import org.tramontane.spac.loss.KtoLoss;
import org.tramontane.spac.loss.NcaPairLoss;
import org.tramontane.spac.loss.OrpoLoss;
import org.tramontane.spac.loss.RobustDpoLoss;
import org.tramontane.spac.loss.SimPoLoss;
import org.tramontane.spac.loss.SpinLoss;
import org.tramontane.spac.loss.SppoHardLoss;
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

  /// The loss of a method that aligns on fixed responses.
  AlignmentLoss offline(Method method) {
    return switch (method) {
      case SFT, SPIN, SPAC ->
          throw new IllegalArgumentException(method + " is not an alignment on fixed responses");
      case DPO -> new DpoLoss(beta, labelSmoothing);
      case ROBUST -> new RobustDpoLoss(beta, labelSmoothing);
      case IPO -> new IpoLoss(beta);
      case HINGE -> new HingeLoss(beta);
      case APO_ZERO -> new ApoZeroLoss(beta);
      case APO_DOWN -> new ApoDownLoss(beta);
      case SPPO_HARD -> new SppoHardLoss(beta);
      case NCA_PAIR -> new NcaPairLoss(beta);
      case BCO_PAIR -> new BcoPairLoss(beta);
      case AOT -> new AotLoss(true, beta, labelSmoothing);
      case AOT_UNPAIRED -> new AotLoss(false, beta, labelSmoothing);
      case SIMPO -> new SimPoLoss(beta, simpoGamma, labelSmoothing);
      case ORPO -> new OrpoLoss(beta);
      case KTO -> new KtoLoss(beta, desirableWeight, undesirableWeight);
      case BCO -> new BcoLoss(beta);
    };
  }

  /// The loss of SPIN.
  SpinLoss spin() {
    return new SpinLoss(beta);
  }

  Optional<Path> reference() {
    return Optional.ofNullable(reference);
  }
}
