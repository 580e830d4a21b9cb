package org.tramontane.cli.align;

import java.util.Locale;

/// What `tramontane align` can do. Names are TRL's `loss_type` where it has one; `dpo` is its `sigmoid`.
enum Method {
  /// Supervised fine-tuning.
  SFT,
  /// Direct preference optimisation; with label smoothing, cDPO.
  DPO,
  /// DPO, unbiased under flipped labels.
  ROBUST,
  /// Identity preference optimisation.
  IPO,
  /// SLiC's hinge.
  HINGE,
  /// Anchored preference optimisation, for chosen responses better than the model's.
  APO_ZERO,
  /// Anchored preference optimisation, for chosen responses worse than the model's.
  APO_DOWN,
  /// Self-play preference optimisation's squared loss, with hard probabilities.
  SPPO_HARD,
  /// Noise contrastive alignment.
  NCA_PAIR,
  /// Binary classifier optimisation on pairs, without a shift.
  BCO_PAIR,
  /// Alignment by optimal transport, of margins.
  AOT,
  /// Alignment by optimal transport, of the two kinds of responses.
  AOT_UNPAIRED,
  /// Simple preference optimisation.
  SIMPO,
  /// Odds ratio preference optimisation.
  ORPO,
  /// Kahneman-Tversky optimisation.
  KTO,
  /// Binary classifier optimisation with its running shift.
  BCO,
  /// Self-play fine-tuning.
  SPIN,
  /// Self-play with adversarial critic.
  SPAC;

  /// As the user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
