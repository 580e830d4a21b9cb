package org.tramontane.cli.align;

import picocli.CommandLine.Mixin;

/// The options that belong to some methods only; [MethodOptions] says to which.
final class MethodFlags {
  @Mixin private LossFlags loss;
  @Mixin private SelfPlayFlags selfPlay;
  @Mixin private SpacFlags spac;
  @Mixin private SftFlags sft;

  /// The plan of a method.
  ///
  /// @throws IllegalArgumentException if an option is out of its range
  Plan plan(Method method) {
    return switch (method) {
      case SFT -> new Plan.Supervised(sft.packing(), sft.completionOnlyLoss());
      case SPIN -> new Plan.Spin(loss.spin(), selfPlay.play(), selfPlay.previous());
      case SPAC -> new Plan.Spac(spac.loss(), selfPlay.play(), selfPlay.previous());
      case DPO,
          ROBUST,
          IPO,
          HINGE,
          APO_ZERO,
          APO_DOWN,
          SPPO_HARD,
          NCA_PAIR,
          BCO_PAIR,
          AOT,
          AOT_UNPAIRED,
          SIMPO,
          ORPO,
          KTO,
          BCO ->
          new Plan.Offline(loss.offline(method), loss.reference());
    };
  }
}
