package org.tramontane.cli.eval;

import java.util.Locale;
import org.tramontane.spac.eval.engine.Throughput;
import org.tramontane.spac.eval.result.Outcome;

/// What a run computed and how fast, in words.
final class EvalSummary {
  private EvalSummary() {}

  static String text(Outcome outcome) {
    Throughput t = outcome.throughput();
    StringBuilder text = new StringBuilder();
    if (t.requests() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d requests in %.1f s: %,.1f requests/s, %,.0f tokens/s%n"
                  + "%,d tokens computed; %,d with each request on its own (%.1f %% saved by sharing beginnings)%n",
              t.requests(),
              t.seconds(),
              t.requestsPerSecond(),
              t.tokensPerSecond(),
              t.rows(),
              t.unsharedRows(),
              100 * t.saved()));
    }
    if (outcome.truncated() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d requests were longer than the model and lost the beginning of their context%n",
              outcome.truncated()));
    }
    return text.toString();
  }
}
