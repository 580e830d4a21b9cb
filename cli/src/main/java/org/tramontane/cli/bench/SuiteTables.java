package org.tramontane.cli.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// The tables of `--suite` as Markdown.
final class SuiteTables {
  private SuiteTables() {}

  static void print(PrintWriter out, String suite, List<Measurement> table) {
    out.printf("%n| %s | shape | ms | rate | ceiling | share |%n", suite);
    out.println("|---|---|--:|--:|--:|--:|");
    for (Measurement m : table) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %.1f %s | %.1f | %.2f |%n",
          m.name(),
          m.shape(),
          1e3 * m.seconds(),
          m.rate(),
          m.unit(),
          m.ceiling(),
          m.share());
    }
  }

  static void printTraining(PrintWriter out, List<TrainingMeasurement> table) {
    out.printf(
        "%n| train | forward s | backward s | optimizer s | tokens/s | GFLOP/s | sgemm GFLOP/s | share |%n");
    out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (TrainingMeasurement m : table) {
      out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %.3f | %.0f | %.1f | %.1f | %.2f |%n",
          m.shape().name(),
          m.times().forward(),
          m.times().backward(),
          m.times().optimizer(),
          m.tokensPerSecond(),
          m.gigaFlops(),
          m.peak(),
          m.share());
    }
  }
}
