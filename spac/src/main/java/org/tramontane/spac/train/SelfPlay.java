package org.tramontane.spac.train;

/// How rounds of self-play are played.
///
/// @param rounds T, 1 or more
/// @param maxNewTokens of a sampled response at most, 1 or more
/// @param temperature of sampling, above 0; 1 is pi_t itself, as the algorithms have it
/// @param keepPrevious whether a round of SPIN also reads the pairs that the round before has sampled
public record SelfPlay(int rounds, int maxNewTokens, double temperature, boolean keepPrevious) {
  /// Checks the ranges.
  public SelfPlay {
    require(rounds >= 1, "rounds", rounds, "1 or more");
    require(maxNewTokens >= 1, "max_new_tokens", maxNewTokens, "1 or more");
    require(temperature > 0 && Double.isFinite(temperature), "temperature", temperature, "above 0");
  }

  /// Rounds that read only what they have sampled themselves.
  public SelfPlay(int rounds, int maxNewTokens, double temperature) {
    this(rounds, maxNewTokens, temperature, false);
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
