package org.tramontane.cli.theory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tramontane.spac.theory.experiment.Curve;
import org.tramontane.spac.theory.experiment.Findings;

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
        .append(" seeds; slope of log against log.\n\n");
    line(text, header(findings));
    text.append("|---")
        .append("|--:".repeat(findings.experiment().values().size() + 1))
        .append("|\n");
    rows(findings).forEach(row -> line(text, row));
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  static String csv(Findings findings) {
    StringBuilder text =
        new StringBuilder("experiment,axis,value,coverage,method,seeds,mean,low_95,high_95\n");
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
            .append(',')
            .append(point.mean())
            .append(',')
            .append(point.low())
            .append(',')
            .append(point.high())
            .append('\n');
      }
    }
    return text.toString();
  }

  static ObjectNode json(List<Findings> all) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode experiments = root.putArray("experiments");
    for (Findings findings : all) {
      ObjectNode node = experiments.addObject();
      node.put("name", findings.experiment().name());
      node.put("axis", findings.experiment().axis());
      node.put("seeds", findings.seeds());
      ArrayNode coverage = node.putArray("coverage");
      findings.coverage().forEach(coverage::add);
      ArrayNode curves = node.putArray("curves");
      for (Curve curve : findings.curves()) {
        ObjectNode one = curves.addObject();
        one.put("method", curve.method());
        ArrayNode points = one.putArray("points");
        for (Curve.Point point : curve.points()) {
          points
              .addObject()
              .put("value", point.value())
              .put("mean", point.mean())
              .put("low_95", point.low())
              .put("high_95", point.high());
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
