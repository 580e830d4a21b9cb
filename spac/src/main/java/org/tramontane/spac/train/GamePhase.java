package org.tramontane.spac.train;

/// Who plays in a round of SPAC's game; `phase` in the metrics of a step.
public enum GamePhase {
  /// The critic step.
  CRITIC(1),
  /// The policy step.
  POLICY(2);

  private final int number;

  GamePhase(int number) {
    this.number = number;
  }

  /// As metrics have it.
  public int number() {
    return number;
  }
}
