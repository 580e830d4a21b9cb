package org.tramontane.spac.train;

/// How long a training goes on.
public sealed interface TrainingLength {

  /// A number of passes over the data.
  ///
  /// @param epochs above 0; a part of one is rounded up to whole steps
  record Epochs(double epochs) implements TrainingLength {
    /// Checks the range.
    public Epochs {
      if (!(epochs > 0) || !Double.isFinite(epochs)) {
        throw new IllegalArgumentException("epochs = " + epochs + "; allowed: above 0");
      }
    }
  }

  /// A number of optimiser steps.
  ///
  /// @param steps 1 or more
  record Steps(long steps) implements TrainingLength {
    /// Checks the range.
    public Steps {
      if (steps < 1) {
        throw new IllegalArgumentException("max_steps = " + steps + "; allowed: 1 or more");
      }
    }
  }

  /// The number of steps where one epoch has `perEpoch`.
  default long steps(long perEpoch) {
    return switch (this) {
      case Epochs(double epochs) -> (long) Math.ceil(epochs * perEpoch);
      case Steps(long steps) -> steps;
    };
  }
}
