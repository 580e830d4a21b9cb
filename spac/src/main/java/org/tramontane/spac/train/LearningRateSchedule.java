package org.tramontane.spac.train;

/// How the learning rate changes over the steps of a training, as a factor of its peak.
///
/// The figures are those of transformers' `get_scheduler`: during warm-up of w steps, step i (from 0) has the factor
/// `i / w`; after it, with n steps in all, `t = (i - w) / (n - w)` runs from 0 to 1.
public sealed interface LearningRateSchedule {
  /// How it begins.
  Warmup warmup();

  /// 1 after warm-up.
  record Constant(Warmup warmup) implements LearningRateSchedule {}

  /// `1 - t` after warm-up.
  record Linear(Warmup warmup) implements LearningRateSchedule {}

  /// `(1 + cos(pi t)) / 2` after warm-up.
  record Cosine(Warmup warmup) implements LearningRateSchedule {}

  /// The factor of a step.
  ///
  /// @param step from 0
  /// @param steps in all, 1 or more
  default double factor(long step, long steps) {
    long warm = warmup().of(steps);
    if (step < warm) {
      return (double) step / warm;
    }
    double t = (double) (step - warm) / Math.max(1, steps - warm);
    return switch (this) {
      case Constant constant -> 1;
      case Linear linear -> Math.max(0, 1 - t);
      case Cosine cosine -> Math.max(0, (1 + StrictMath.cos(Math.PI * t)) / 2);
    };
  }
}
