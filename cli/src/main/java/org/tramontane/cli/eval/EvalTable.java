package org.tramontane.cli.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tramontane.spac.eval.result.Comparison;
import org.tramontane.spac.eval.result.Outcome;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.McNemar;
import org.tramontane.spac.eval.stats.Score;

/// Results as Markdown tables. Shares are in percent, as the leaderboard shows them.
final class EvalTable {
  /// Metrics that are no shares.
  private static final Set<String> PLAIN =
      Set.of(
          "nll",
          "perplexity",
          "word_perplexity",
          "byte_perplexity",
          "bits_per_byte",
          "rewards/margins",
          "rewards/chosen",
          "rewards/rejected");

  static final List<String> HEADER =
      List.of(
          "task", "shots", "metric", "value", "stderr", "95 % interval", "documents", "comparable");

  private EvalTable() {}

  /// 100 for shares, 1 for the rest.
  static double scale(String metric) {
    return PLAIN.contains(metric) ? 1 : 100;
  }

  /// The lines of an evaluation, the average last.
  static List<List<String>> rows(Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    outcome.scores().forEach(score -> rows.add(row(score, true)));
    boolean comparable = outcome.scores().stream().allMatch(score -> score.caveats().isEmpty());
    Optional<Estimate> average = outcome.average();
    average.ifPresent(
        estimate -> rows.add(row("average", "", "", estimate, 100, comparable ? "yes" : "no")));
    outcome.extra().forEach(score -> rows.add(row(score, false)));
    return rows;
  }

  private static List<String> row(Score score, boolean six) {
    String comparable =
        score.caveats().isEmpty() ? six ? "yes" : "" : "no: " + String.join("; ", score.caveats());
    return row(
        score.title(),
        six ? String.valueOf(score.shots()) : "",
        score.metric(),
        score.estimate(),
        scale(score.metric()),
        comparable);
  }

  private static List<String> row(
      String title,
      String shots,
      String metric,
      Estimate estimate,
      double scale,
      String comparable) {
    return List.of(
        title,
        shots,
        metric,
        number(estimate.value() * scale),
        number(estimate.standardError() * scale),
        number(estimate.interval().low() * scale)
            + " to "
            + number(estimate.interval().high() * scale),
        String.valueOf(estimate.size()),
        comparable);
  }

  /// The lines of a comparison.
  static List<List<String>> rows(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Line line : comparison.lines()) {
      Estimate difference = line.paired().difference();
      double scale = scale(line.metric());
      rows.add(
          List.of(
              line.title(),
              line.metric(),
              number(line.paired().first() * scale),
              number(line.paired().second() * scale),
              signed(difference.value() * scale),
              signed(difference.interval().low() * scale)
                  + " to "
                  + signed(difference.interval().high() * scale),
              line.paired().mcNemar().map(EvalTable::counts).orElse(""),
              pValue(line.paired().p()),
              pValue(line.holm()),
              verdict(line)));
    }
    return rows;
  }

  static final List<String> COMPARISON_HEADER =
      List.of(
          "task",
          "metric",
          "A",
          "B",
          "B - A",
          "95 % interval",
          "only A / only B",
          "p",
          "p (Holm)",
          "verdict");

  private static String counts(McNemar test) {
    return test.onlyFirst() + " / " + test.onlySecond();
  }

  private static String verdict(Comparison.Line line) {
    String verdict =
        line.isSignificant()
            ? line.paired().difference().value() > 0 ? "B is higher" : "A is higher"
            : "no difference shown";
    return line.notes().isEmpty() ? verdict : verdict + "; " + String.join("; ", line.notes());
  }

  /// Markdown.
  static String markdown(List<String> header, List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    table.append("| ").append(String.join(" | ", header)).append(" |\n|");
    for (String column : header) {
      boolean text = Set.of("task", "metric", "comparable", "verdict").contains(column);
      table.append(text ? "---|" : "--:|");
    }
    table.append('\n');
    rows.forEach(row -> table.append("| ").append(String.join(" | ", row)).append(" |\n"));
    return table.toString();
  }

  static String number(double value) {
    return Double.isNaN(value) ? "N/A" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.2f", value);
  }

  private static String pValue(double p) {
    return Double.isNaN(p) ? "N/A" : p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }
}
