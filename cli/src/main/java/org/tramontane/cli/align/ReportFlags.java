package org.tramontane.cli.align;

import picocli.CommandLine.Option;

/// What a run looks at beside its training, for its report.
final class ReportFlags {
  @Option(
      names = "--report-samples",
      paramLabel = "N",
      description =
          "Draw N responses before training and after each round, to show some and to estimate the"
              + " KL divergence from the start; 0: none. Default: ${DEFAULT-VALUE}.")
  private int samples = 16;

  @Option(
      names = "--report-max-new-tokens",
      paramLabel = "TOKENS",
      description = "Of such a response at most. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens = 64;

  int samples() {
    require(samples >= 0, "report_samples", samples, "0 or more");
    return samples;
  }

  int maxNewTokens() {
    require(maxNewTokens >= 1, "report_max_new_tokens", maxNewTokens, "1 or more");
    return maxNewTokens;
  }

  private static void require(boolean holds, String key, int value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + "; allowed: " + allowed);
    }
  }
}
