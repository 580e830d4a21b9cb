package org.tramontane.spac.train;

/// A training stops at a border because it was asked to; what it did so far is kept by whoever asked.
public final class TrainingInterrupted extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// A stop, for `reason`.
  public TrainingInterrupted(String reason) {
    super(reason);
  }
}
