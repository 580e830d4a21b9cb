package org.tramontane.cli.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.cli.report.HorizontalBars;
import org.tramontane.cli.report.HtmlPage;
import org.tramontane.spac.eval.result.Outcome;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.LeaderboardTask;

/// The page of an evaluation: each task's bar beside published ones, the table, and what to make of it.
final class EvalPage {
  private EvalPage() {}

  static String html(Outcome outcome, Path model) {
    Path name = model.toAbsolutePath().normalize().getFileName();
    HtmlPage page = new HtmlPage("Evaluation of " + (name == null ? model : name));
    page.paragraph(
        "Checkpoint: "
            + model
            + ". Protocol: lm-evaluation-harness "
            + outcome.protocol().label()
            + ". Lines over a bar are 95 % intervals (bootstrap over the documents).");
    List<HorizontalBars> charts = charts(outcome);
    if (!charts.isEmpty()) {
      page.heading("The tasks, in percent").charts(charts).paragraph(PublishedScores.SOURCE);
    }
    page.heading("Figures").table(EvalTable.HEADER, EvalTable.rows(outcome));
    List<String> caveats =
        outcome.scores().stream().flatMap(score -> score.caveats().stream()).distinct().toList();
    if (!caveats.isEmpty()) {
      page.paragraph(
          "Figures marked 'no' can't be set beside published ones, although the charts show both: "
              + String.join("; ", caveats)
              + ".");
    }
    page.heading("Run").preformatted(EvalSummary.text(outcome));
    return page.toHtml();
  }

  private static List<HorizontalBars> charts(Outcome outcome) {
    List<HorizontalBars> charts = new ArrayList<>();
    List<Score> scores = outcome.scores();
    for (Score score : scores) {
      LeaderboardTask task = LeaderboardTask.of(score.task());
      String title = task.title() + " (" + score.metric() + ")";
      charts.add(
          chart(
              title,
              score.estimate(),
              PublishedScores.SPIN.stream()
                  .map(row -> HorizontalBars.Bar.of(row.model(), row.of(task)))
                  .toList()));
    }
    outcome
        .average()
        .ifPresent(
            average ->
                charts.add(
                    chart(
                        "Average of the six",
                        average,
                        PublishedScores.SPIN.stream()
                            .map(row -> HorizontalBars.Bar.of(row.model(), row.average()))
                            .toList())));
    return charts;
  }

  private static HorizontalBars chart(
      String title, Estimate own, List<HorizontalBars.Bar> published) {
    List<HorizontalBars.Bar> bars = new ArrayList<>();
    bars.add(
        new HorizontalBars.Bar(
            "this model",
            100 * own.value(),
            100 * own.interval().low(),
            100 * own.interval().high(),
            true));
    bars.addAll(published);
    return new HorizontalBars(title, bars, 100);
  }
}
