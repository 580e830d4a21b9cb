package org.tramontane.cli.align;

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
import picocli.CommandLine.Mixin;

/// The options that belong to some methods only; [MethodOptions] says to which.
final class MethodFlags {
  @Mixin private LossFlags loss;
  @Mixin private SelfPlayFlags selfPlay;
  @Mixin private SpacFlags spac;
  @Mixin private SpacGameFlags game;
  @Mixin private SftFlags sft;

  /// The form of SPAC.
  SpacForm spacForm() {
    return game.form();
  }

  /// The plan of a method.
  ///
  /// @throws IllegalArgumentException if an option is out of its range
  Plan plan(Method method) {
    double beta = loss.beta();
    double smoothing = loss.labelSmoothing();
    return switch (method) {
      case SFT -> new Plan.Supervised(sft.packing(), sft.completionOnlyLoss());
      case DPO -> offline(new DpoLoss(beta, smoothing));
      case ROBUST -> offline(new RobustDpoLoss(beta, smoothing));
      case IPO -> offline(new IpoLoss(beta));
      case HINGE -> offline(new HingeLoss(beta));
      case APO_ZERO -> offline(new ApoZeroLoss(beta));
      case APO_DOWN -> offline(new ApoDownLoss(beta));
      case SPPO_HARD -> offline(new SppoHardLoss(beta));
      case NCA_PAIR -> offline(new NcaPairLoss(beta));
      case BCO_PAIR -> offline(new BcoPairLoss(beta));
      case AOT -> offline(new AotLoss(true, beta, smoothing));
      case AOT_UNPAIRED -> offline(new AotLoss(false, beta, smoothing));
      case SIMPO -> offline(new SimPoLoss(beta, loss.simpoGamma(), smoothing));
      case ORPO -> offline(new OrpoLoss(beta));
      case KTO -> offline(new KtoLoss(beta, loss.desirableWeight(), loss.undesirableWeight()));
      case BCO -> offline(new BcoLoss(beta));
      case SPIN -> new Plan.Spin(new SpinLoss(beta), selfPlay.play(), selfPlay.previous());
      case SPAC ->
          switch (game.form()) {
            case PRACTICAL -> new Plan.Spac(spac.loss(), selfPlay.play(), selfPlay.previous());
            case EXPLICIT ->
                game.plan(spac.lambda(), spac.eta(), selfPlay.play(), selfPlay.previous());
          };
    };
  }

  private Plan offline(AlignmentLoss alignmentLoss) {
    return new Plan.Offline(alignmentLoss, loss.reference());
  }
}
