package org.tramontane.transformer;

import java.util.Set;

/// When generation stops.
///
/// @param maxNewTokens tokens at most per sequence, 1 or more
/// @param eosTokenIds a sequence ends with the first of these, which is part of the result
/// @param ignoreEos whether EOS is a token like any other
public record GenerationOptions(int maxNewTokens, Set<Integer> eosTokenIds, boolean ignoreEos) {
  /// Checks the range.
  public GenerationOptions {
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens = " + maxNewTokens + "; allowed: 1 or more");
    }
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  /// Up to `maxNewTokens` tokens, ending with the model's own EOS.
  public static GenerationOptions of(MistralConfig config, int maxNewTokens) {
    return new GenerationOptions(maxNewTokens, Set.copyOf(config.eosTokenIds()), false);
  }

  /// Whether `id` ends a sequence.
  boolean stopsAt(int id) {
    return !ignoreEos && eosTokenIds.contains(id);
  }
}
