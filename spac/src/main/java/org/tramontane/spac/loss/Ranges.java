package org.tramontane.spac.loss;

/// Checks of parameters.
final class Ranges {
  private Ranges() {}

  static void above0(String key, double value) {
    require(value > 0 && Double.isFinite(value), key, value, "above 0");
  }

  static void atLeast0(String key, double value) {
    require(value >= 0 && Double.isFinite(value), key, value, "0 or more");
  }

  /// A label smoothing: the probability that a label is flipped.
  static void labelSmoothing(double value) {
    require(value >= 0 && value < 0.5, "label_smoothing", value, "0 or more, below 0.5");
  }

  static void require(boolean holds, String key, double value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
