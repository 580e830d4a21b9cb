package org.tramontane.cli.theory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.theory.experiment.Curve;
import org.tramontane.spac.theory.experiment.Findings;
import org.tramontane.spac.theory.experiment.Game;

/// Findings as Markdown, CSV and JSON.
final class FindingsTable {
  private FindingsTable() {}

  static List<String> header(Findings findings) {
    List<String> header = new ArrayList<>();
    header.add("method");
    for (double value : findings.experiment().values()) {
      header.add(number(value));
    }
    header.add("slope (95 %)");
    return header;
  }

  static List<List<String>> rows(Findings findings) {
    List<List<String>> rows = new ArrayList<>();
    for (Curve curve : findings.curves()) {
      List<String> row = new ArrayList<>();
      row.add(curve.method());
      curve.points().forEach(point -> row.add(String.format(Locale.ROOT, "%.4f", point.mean())));
      row.add(slope(curve));
      rows.add(row);
    }
    List<String> coverage = new ArrayList<>(List.of("C of the best policy"));
    findings.coverage().forEach(c -> coverage.add(String.format(Locale.ROOT, "%.2f", c)));
    coverage.add("");
    rows.add(coverage);
    return rows;
  }

  private static String slope(Curve curve) {
    Curve.Slope slope = curve.slope();
    return slope == null
        ? ""
        : String.format(
            Locale.ROOT, "%+.2f (%+.2f to %+.2f)", slope.slope(), slope.low(), slope.high());
  }

  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%d", (long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  static String markdown(Findings findings) {
    StringBuilder text = new StringBuilder();
    text.append(findings.experiment().name())
        .append(": ")
        .append(findings.experiment().question())
        .append("\nSuboptimality against ")
        .append(findings.experiment().axis())
        .append(", means of ")
        .append(findings.seeds())
        .append(findings.tuning() ? " tuning seeds, not to be reported" : " seeds")
        .append("; slope of log against log.\n\n");
    line(text, header(findings));
    text.append("|---")
        .append("|--:".repeat(findings.experiment().values().size() + 1))
        .append("|\n");
    rows(findings).forEach(row -> line(text, row));
    checks(findings).forEach(check -> text.append('\n').append(check));
    return text.append('\n').toString();
  }

  /// What was checked along the games, one line for each method that plays one.
  static List<String> checks(Findings findings) {
    List<String> lines = new ArrayList<>();
    for (Curve curve : findings.curves()) {
      List<Game> games =
          curve.points().stream()
              .flatMap(point -> Optional.ofNullable(point.game()).stream())
              .toList();
      if (games.isEmpty()) {
        continue;
      }
      Game over = Game.over(games);
      IntSummaryStatistics rounds = games.stream().mapToInt(Game::rounds).summaryStatistics();
      String played =
          rounds.getMin() == rounds.getMax()
              ? Integer.toString(rounds.getMax())
              : rounds.getMin() + " to " + rounds.getMax();
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %s rounds, all regret bounds kept; largest %s of a critic step %.1e; mean regret left %.4f%s%s%n",
              curve.method(),
              played,
              over.certificate(),
              over.residual(),
              over.regret(),
              Double.isNaN(over.shortfall())
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      "; no mixture above its bound; a critic's answer worse than the true reward by %.1e at most",
                      over.shortfall()),
              Double.isNaN(over.restartGain())
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      "; random starts found a lower minimum by %.1e at most",
                      over.restartGain())));
    }
    return lines;
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  static String csv(Findings findings) {
    StringBuilder text =
        new StringBuilder(
            "experiment,axis,value,coverage,method,seeds,purpose,mean,low_95,high_95,"
                + "rounds,critic_certificate,critic_residual_max,regret_mean,regret_bound_mean,suboptimality_bound_mean,critic_shortfall_max,critic_restart_gain_max\n");
    for (Curve curve : findings.curves()) {
      for (int i = 0; i < curve.points().size(); i++) {
        Curve.Point point = curve.points().get(i);
        text.append(findings.experiment().name())
            .append(',')
            .append(findings.experiment().axis())
            .append(',')
            .append(point.value())
            .append(',')
            .append(findings.coverage().get(i))
            .append(",\"")
            .append(curve.method())
            .append("\",")
            .append(findings.seeds())
            .append(findings.tuning() ? ",tuning," : ",reported,")
            .append(point.mean())
            .append(',')
            .append(point.low())
            .append(',')
            .append(point.high())
            .append(game(point.game()))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static String game(@Nullable Game game) {
    return game == null
        ? ",,,,,,,,"
        : ","
            + String.join(
                ",",
                Integer.toString(game.rounds()),
                game.certificate().toString(),
                cell(game.residual()),
                cell(game.regret()),
                cell(game.promised()),
                cell(game.bound()),
                cell(game.shortfall()),
                cell(game.restartGain()));
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  static ObjectNode json(List<Findings> all) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode experiments = root.putArray("experiments");
    for (Findings findings : all) {
      ObjectNode node = experiments.addObject();
      node.put("name", findings.experiment().name());
      node.put("axis", findings.experiment().axis());
      node.put("seeds", findings.seeds());
      node.put("purpose", findings.tuning() ? "tuning" : "reported");
      ArrayNode coverage = node.putArray("coverage");
      findings.coverage().forEach(coverage::add);
      ArrayNode curves = node.putArray("curves");
      for (Curve curve : findings.curves()) {
        ObjectNode one = curves.addObject();
        one.put("method", curve.method());
        ArrayNode points = one.putArray("points");
        for (Curve.Point point : curve.points()) {
          ObjectNode at =
              points
                  .addObject()
                  .put("value", point.value())
                  .put("mean", point.mean())
                  .put("low_95", point.low())
                  .put("high_95", point.high());
          Game game = point.game();
          if (game != null) {
            at.put("rounds", game.rounds())
                .put("critic_certificate", game.certificate().toString())
                .put("critic_residual_max", game.residual())
                .put("regret_mean", game.regret());
          }
        }
        Curve.Slope slope = curve.slope();
        if (slope != null) {
          one.put("slope", slope.slope());
          one.put("slope_low_95", slope.low());
          one.put("slope_high_95", slope.high());
        }
      }
    }
    return root;
  }
}
