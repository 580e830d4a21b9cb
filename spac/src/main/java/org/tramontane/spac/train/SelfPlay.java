package org.tramontane.spac.train;

/// How SPAC's rounds are played.
///
/// @param rounds T, 1 or more
/// @param maxNewTokens of a sampled response y' at most, 1 or more
/// @param temperature of sampling, above 0; 1 is pi_t itself, as the algorithm has it
public record SelfPlay(int rounds, int maxNewTokens, double temperature) {
  /// Checks the ranges.
  public SelfPlay {
    require(rounds >= 1, "rounds", rounds, "1 or more");
    require(maxNewTokens >= 1, "max_new_tokens", maxNewTokens, "1 or more");
    require(temperature > 0 && Double.isFinite(temperature), "temperature", temperature, "above 0");
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
