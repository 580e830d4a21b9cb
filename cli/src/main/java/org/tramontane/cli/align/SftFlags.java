package org.tramontane.cli.align;

import picocli.CommandLine.Option;

/// The options of supervised fine-tuning.
final class SftFlags {
  @Option(
      names = "--packing",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Pack examples into slots of up to --max-length tokens, each of which counts as one example of a batch, for sft."
              + " They do not see each other. Default: ${DEFAULT-VALUE}.")
  private boolean packing;

  @Option(
      names = "--completion-only-loss",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Learn responses only; false: prompts as well, for sft. Default: ${DEFAULT-VALUE}.")
  private boolean completionOnlyLoss = true;

  boolean packing() {
    return packing;
  }

  boolean completionOnlyLoss() {
    return completionOnlyLoss;
  }
}
