package org.tramontane.transformer;

/// How the next token is chosen from logits.
public sealed interface Sampler {

  /// The token with the largest logit; of equals the one with the smallest id. It is found where the logits are.
  static Sampler greedy() {
    return new Greedy();
  }

  /// Draws from the whole distribution at temperature 1.
  static Sampler ancestral(long seed) {
    return new Sampling(1, 0, 1, 0, seed);
  }

  /// The largest logit.
  record Greedy() implements Sampler {}

  /// A seeded draw from the distribution after Hugging Face's warpers, in their order: temperature, top-k, top-p, min-p.
  ///
  /// Each sequence draws from its own stream, derived from the seed and the sequence's index, so that a result does not
  /// depend on what else is in the batch.
  ///
  /// @param temperature divides the logits, above 0
  /// @param topK keep the k largest, and what equals the k-th; 0 for all
  /// @param topP keep the smallest set of most probable tokens whose probability reaches p, in (0, 1]; 1 for all
  /// @param minP keep tokens at least `minP` times as probable as the most probable, in [0, 1]; 0 for all
  /// @param seed of all streams
  record Sampling(double temperature, int topK, double topP, double minP, long seed)
      implements Sampler {
    /// Checks the ranges.
    public Sampling {
      require(
          temperature > 0 && Double.isFinite(temperature), "temperature", temperature, "above 0");
      require(topK >= 0, "top_k", topK, "0 (all) or more");
      require(topP > 0 && topP <= 1, "top_p", topP, "above 0, 1 (all) at most");
      require(minP >= 0 && minP <= 1, "min_p", minP, "0 (all) to 1");
    }

    private static void require(boolean holds, String key, Object value, String allowed) {
      if (!holds) {
        throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
      }
    }
  }
}
