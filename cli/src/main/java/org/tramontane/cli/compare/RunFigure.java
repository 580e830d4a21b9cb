package org.tramontane.cli.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tramontane.cli.report.RunFiles;

/// A figure by which runs are compared.
enum RunFigure {
  STEPS("steps", 0),
  /// Mean of the last ten steps; in SPAC's explicit form of those of the player whose turn was last, because the two have two losses.
  LOSS("loss", 4),
  ACCURACY("held-out accuracy", 3),
  MARGIN("margin", 3),
  DRIFT("drift", 3),
  KL("KL from start", 3),
  SPEED("tokens/s", 0),
  TIME("seconds", 1);

  private final String label;
  private final int digits;

  RunFigure(String label, int digits) {
    this.label = label;
    this.digits = digits;
  }

  String label() {
    return label;
  }

  /// What the run has; NaN where it has none.
  double of(RunFiles run) {
    return switch (this) {
      case STEPS -> run.steps();
      case LOSS -> run.lastOfPhase("loss", 10);
      case ACCURACY -> run.lastOf("evaluations", "accuracy");
      case MARGIN -> run.lastOf("evaluations", "margin");
      case DRIFT -> run.lastOf("evaluations", "drift");
      case KL -> run.lastOf("probes", "kl");
      case SPEED -> sum(run, "tokens") / sum(run, "seconds");
      case TIME -> run.run().path("seconds").path("total").asDouble(Double.NaN);
    };
  }

  /// The figure of several runs.
  Interval over(List<RunFiles> runs) {
    return Interval.of(runs.stream().mapToDouble(this::of).toArray());
  }

  /// For people.
  String text(Interval interval) {
    if (Double.isNaN(interval.mean())) {
      return "-";
    }
    String mean = number(interval.mean());
    return Double.isNaN(interval.halfWidth()) ? mean : mean + " ± " + number(interval.halfWidth());
  }

  private String number(double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static double sum(RunFiles run, String column) {
    return Arrays.stream(run.metrics().getOrDefault(column, new double[] {Double.NaN})).sum();
  }
}
