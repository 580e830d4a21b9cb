package org.tramontane.cli.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.tensor.UserError;

/// A figure that each held-out pair has, of which a run's figure is the mean.
enum PairFigure {
  /// Whether y+ gained more than y- against the run's start.
  ACCURACY("held-out accuracy", 3, true),
  /// What y+ gained more than y-, in nats.
  MARGIN("margin", 2, true),
  /// Whether `log pi(y+) > log pi(y-)`.
  PREFERS("prefers y+", 3, false),
  /// Whether `log pi(y+) / |y+| > log pi(y-) / |y-|`.
  PREFERS_PER_TOKEN("prefers y+ per token", 3, false),
  /// `log pi(y+) / |y+|`.
  CHOSEN("log pi(y+) per token", 3, false);

  private final String label;
  private final int digits;
  private final boolean relative;

  PairFigure(String label, int digits, boolean relative) {
    this.label = label;
    this.digits = digits;
    this.relative = relative;
  }

  String label() {
    return label;
  }

  int digits() {
    return digits;
  }

  /// Whether it is measured against the model that a run started from, so that runs with different starts can't be compared by it.
  boolean isRelative() {
    return relative;
  }

  /// The figure of each pair after the run's last round; empty where the run's record has no pairs. A figure per token of a
  /// response without tokens is NaN.
  ///
  /// @throws UserError if the record has not as many of one thing as of another
  Optional<double[]> of(RunFiles run) {
    JsonNode evaluations = run.run().path("evaluations");
    JsonNode heldOut = run.run().path("data").path("held_out");
    if (evaluations.isEmpty()
        || heldOut.isMissingNode()
        || !evaluations.get(0).has("logps_chosen")) {
      return Optional.empty();
    }
    JsonNode start = evaluations.get(0);
    JsonNode end = evaluations.get(evaluations.size() - 1);
    double[] values = new double[end.path("logps_chosen").size()];
    for (JsonNode evaluation : List.of(start, end)) {
      requireLength(run, evaluation, "logps_chosen", values.length);
      requireLength(run, evaluation, "logps_rejected", values.length);
    }
    requireLength(run, heldOut, "chosen_tokens", values.length);
    requireLength(run, heldOut, "rejected_tokens", values.length);
    for (int i = 0; i < values.length; i++) {
      double chosen = at(end, "logps_chosen", i);
      double rejected = at(end, "logps_rejected", i);
      double margin =
          chosen - at(start, "logps_chosen", i) - (rejected - at(start, "logps_rejected", i));
      double chosenMean = perToken(chosen, at(heldOut, "chosen_tokens", i));
      double rejectedMean = perToken(rejected, at(heldOut, "rejected_tokens", i));
      values[i] =
          switch (this) {
            case ACCURACY -> share(margin);
            case MARGIN -> margin;
            case PREFERS -> share(chosen - rejected);
            case PREFERS_PER_TOKEN -> share(chosenMean - rejectedMean);
            case CHOSEN -> chosenMean;
          };
    }
    return Optional.of(values);
  }

  private static void requireLength(RunFiles run, JsonNode node, String list, int length) {
    if (length == 0 || node.path(list).size() != length) {
      throw new UserError(
          "%s: %s has %d entries where %s; make the run again, or leave it out"
              .formatted(
                  run.folder().resolve("run.json"),
                  list,
                  node.path(list).size(),
                  length == 0
                      ? "one or more are needed"
                      : length + " held-out pairs are evaluated"));
    }
  }

  private static double perToken(double sum, double tokens) {
    return tokens > 0 ? sum / tokens : Double.NaN;
  }

  private static double at(JsonNode node, String list, int i) {
    return node.path(list).path(i).asDouble(Double.NaN);
  }

  /// A tie counts half.
  private static double share(double difference) {
    return (1 + Math.signum(difference)) / 2;
  }

  /// By which pairs a run is evaluated; empty where it does not say.
  static String pairs(RunFiles run) {
    return run.run().path("data").path("held_out").path("tokens_sha256").asText();
  }

  /// What the run's start says of the pairs, by which two starts are known to be the same model as far as these pairs tell.
  static JsonNode start(RunFiles run) {
    JsonNode first = run.run().path("evaluations").path(0);
    return first.path("logps_chosen");
  }
}
