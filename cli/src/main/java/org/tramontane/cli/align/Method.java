package org.tramontane.cli.align;

/// What `tramontane align` can do.
enum Method {
  /// Self-play with adversarial critic.
  SPAC,
  /// Direct preference optimisation.
  DPO,
  /// Supervised fine-tuning on the chosen responses.
  SFT
}
