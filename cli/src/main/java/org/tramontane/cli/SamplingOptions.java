package org.tramontane.cli;

import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Sampler;
import picocli.CommandLine.Option;

/// How a command that generates chooses tokens: greedily unless an option asks for sampling.
final class SamplingOptions {
  @Option(
      names = "--greedy",
      description = "Take the most probable token (default without sampling options).")
  private boolean greedy;

  @Option(names = "--temperature", paramLabel = "T", description = "Divide the logits by T.")
  private @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Sample from the K most probable.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample from the most probable that together reach probability P.")
  private @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Sample from tokens at least P times as probable as the most probable.")
  private @Nullable Double minP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of sampling: the same seed gives the same tokens (default: 0).")
  private @Nullable Long seed;

  /// The sampler that the options describe.
  Sampler sampler() {
    boolean sampling =
        temperature != null || topK != null || topP != null || minP != null || seed != null;
    if (!sampling) {
      return Sampler.greedy();
    }
    if (greedy) {
      throw new UserError(
          "--greedy does not sample; leave it out, or --temperature, --top-k, --top-p, --min-p"
              + " and --seed");
    }
    try {
      return new Sampler.Sampling(
          temperature == null ? 1 : temperature,
          topK == null ? 0 : topK,
          topP == null ? 1 : topP,
          minP == null ? 0 : minP,
          seed == null ? 0 : seed);
    } catch (IllegalArgumentException e) {
      throw new UserError("sampling: " + e.getMessage(), e);
    }
  }
}
