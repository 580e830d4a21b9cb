package org.tramontane.cli;

import java.util.Locale;

/// How fast tokens came: the first one follows from reading the prompt, each other from one decoding step, which reads
/// the weights once.
final class Speed {
  private final int promptTokens;
  private final long weightBytes;
  private final long start = System.nanoTime();
  private long firstToken = start;
  private long lastToken = start;
  private int tokens;

  Speed(int promptTokens, long weightBytes) {
    this.promptTokens = promptTokens;
    this.weightBytes = weightBytes;
  }

  /// A token has come.
  void tick() {
    lastToken = System.nanoTime();
    if (tokens++ == 0) {
      firstToken = lastToken;
    }
  }

  /// One line for the user.
  String line() {
    double reading = (firstToken - start) / 1e9;
    double decoding = (lastToken - firstToken) / 1e9;
    String prompt =
        String.format(
            Locale.ROOT,
            "prompt of %d tokens in %.2f s (%.1f tokens/s)",
            promptTokens,
            reading,
            promptTokens / reading);
    if (tokens < 2) {
      return prompt + "; 1 new token";
    }
    double perSecond = (tokens - 1) / decoding;
    return prompt
        + String.format(
            Locale.ROOT,
            "; %d new tokens in %.2f s (%.1f tokens/s, %.2f GB/s of weights)",
            tokens,
            reading + decoding,
            perSecond,
            perSecond * weightBytes / 1e9);
  }
}
