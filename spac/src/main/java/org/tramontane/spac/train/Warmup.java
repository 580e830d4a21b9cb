package org.tramontane.spac.train;

/// How long the learning rate rises from 0 to its peak.
///
/// @param steps optimiser steps, 0 or more; where it is above 0 it wins over `ratio`
/// @param ratio of all steps, rounded up, in [0, 1]
public record Warmup(long steps, double ratio) {
  /// None.
  public static final Warmup NONE = new Warmup(0, 0);

  /// Checks the ranges.
  public Warmup {
    if (steps < 0) {
      throw new IllegalArgumentException("warmup_steps = " + steps + "; allowed: 0 or more");
    }
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("warmup_ratio = " + ratio + "; allowed: 0 to 1");
    }
  }

  /// Warm-up steps in a training of `total` steps.
  long of(long total) {
    return steps > 0 ? steps : (long) Math.ceil(ratio * total);
  }
}
