package org.tramontane.cli.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tramontane.cli.report.HtmlPage;
import org.tramontane.cli.report.LineChart;
import org.tramontane.cli.report.LineChart.Point;
import org.tramontane.cli.report.LineChart.Series;
import org.tramontane.cli.report.MetricNotes;
import org.tramontane.cli.report.RunFiles;

/// A comparison as a page: the table, and the runs' curves over each other.
public final class ComparisonPage {
  /// Lines in a chart that can be told apart; with more runs, a group's mean is drawn.
  private static final int MAX_LINES = 6;

  private static final Set<String> NO_CURVE = Set.of("round", "step", "epoch", "tokens", "seconds");

  private ComparisonPage() {}

  /// The page.
  public static HtmlPage of(RunComparison comparison) {
    HtmlPage page = new HtmlPage("Runs compared");
    page.table(comparison.header(), comparison.rows());
    comparison.notes().forEach(page::paragraph);
    comparison
        .pairs()
        .ifPresent(
            pairs -> {
              page.heading("Held-out pairs, over pairs and seeds");
              page.table(PairTable.header("run"), PairTable.rows(pairs.figures(), false));
              if (!pairs.differences().isEmpty()) {
                page.heading("Differences, pair by pair");
                page.table(PairTable.header("runs"), PairTable.rows(pairs.differences(), true));
              }
            });
    boolean each = comparison.runs().size() <= MAX_LINES;
    page.heading("Curves");
    page.paragraph(
        each
            ? "A line is a run."
            : "A line is the mean of a row's runs, as far as all of them go.");
    Set<String> columns = new LinkedHashSet<>();
    comparison.runs().forEach(run -> columns.addAll(run.metrics().keySet()));
    columns.removeAll(NO_CURVE);
    columns.removeAll(
        MetricNotes.withoutMeaning(
            column ->
                comparison.runs().stream()
                    .allMatch(run -> run.isZero(column) || !run.metrics().containsKey(column))));
    List<LineChart> charts = new ArrayList<>();
    for (String column : columns) {
      List<Series> series = new ArrayList<>();
      for (RunGroup group : comparison.groups()) {
        series.addAll(each ? runs(group, column) : List.of(mean(group, column)));
      }
      charts.add(
          new LineChart(
              column,
              "step",
              MetricNotes.of(column).unit(),
              MetricNotes.of(column).text(),
              series));
    }
    page.charts(charts);
    page.heading("Runs");
    List<List<String>> rows = new ArrayList<>();
    for (RunGroup group : comparison.groups()) {
      for (RunFiles run : group.runs()) {
        rows.add(
            List.of(
                group.label(),
                run.option("seed"),
                run.folder().toString(),
                run.run().path("status").asText(),
                run.run().path("started").asText()));
      }
    }
    page.table(List.of("run", "seed", "folder", "status", "started"), rows);
    return page;
  }

  private static List<Series> runs(RunGroup group, String column) {
    return group.runs().stream()
        .map(
            run ->
                new Series(
                    group.runs().size() == 1
                        ? group.label()
                        : group.label() + ", seed " + run.option("seed"),
                    run.curve(column)))
        .toList();
  }

  private static Series mean(RunGroup group, String column) {
    List<List<Point>> curves = group.runs().stream().map(run -> run.curve(column)).toList();
    int length = curves.stream().mapToInt(List::size).min().orElse(0);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int at = i;
      points.add(
          new Point(
              curves.getFirst().get(i).x(),
              curves.stream()
                  .mapToDouble(curve -> curve.get(at).y())
                  .average()
                  .orElse(Double.NaN)));
    }
    return new Series(group.label(), points);
  }
}
