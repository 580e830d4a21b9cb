package org.tramontane.cli.align;

import java.util.Locale;

/// The two forms in which SPAC's game is played.
enum SpacForm {
  /// The critic is the policy's own log-ratio: one loss, on one time scale.
  PRACTICAL,
  /// The critic is a network of its own: a critic step and a policy step.
  EXPLICIT;

  /// As the user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
