package org.tramontane.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.tramontane.cli.Version;
import org.tramontane.cli.report.HtmlPage;
import org.tramontane.cli.report.LineChart;
import org.tramontane.cli.report.LineChart.Point;
import org.tramontane.cli.report.LineChart.Series;
import org.tramontane.spac.train.StepReport;

/// A demo's result as text for the terminal and as a page with curves.
final class DemoReport {
  private static final List<String> HEADER =
      List.of("model", "held-out accuracy", "drift (nats)", "score of replies", "best replies");

  private DemoReport() {}

  private static List<List<String>> cells(DemoResult result) {
    return result.rows().stream()
        .map(
            row ->
                List.of(
                    row.model(),
                    "%.3f".formatted(row.accuracy()),
                    "%.2f".formatted(row.drift()),
                    "%+.2f".formatted(row.score()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * row.best())))
        .toList();
  }

  static String text(DemoResult result) {
    StringBuilder text = new StringBuilder();
    text.append("| %-5s | %17s | %12s | %16s | %12s |%n".formatted(HEADER.toArray()));
    text.append("|-------|------------------:|-------------:|-----------------:|-------------:|\n");
    for (List<String> row : cells(result)) {
      text.append("| %-5s | %17s | %12s | %16s | %12s |%n".formatted(row.toArray()));
    }
    List<DemoResult.Sample> before = result.rows().getFirst().samples();
    for (int i = 0; i < before.size(); i++) {
      text.append("%n%s%n".formatted(before.get(i).prompt()));
      for (DemoResult.Row row : result.rows()) {
        text.append("  %-5s %s%n".formatted(row.model(), row.samples().get(i).reply()));
      }
    }
    return text.append("%n%.0f seconds%n".formatted(result.seconds())).toString();
  }

  static String html(DemoResult result, String backend) {
    HtmlPage page = new HtmlPage("Tramontane demo: SPAC and DPO on a tiny Mistral");
    page.paragraph(
        "A Mistral of three layers learned made-up text in which animals answer kindly, indifferently or rudely, and"
            + " call the asker by the right or a wrong name, each equally often. Preference pairs liked kind answers"
            + " to the right name more. SPAC and DPO saw the same pairs and made as many steps.");
    page.table(HEADER, cells(result));
    page.paragraph(
        "Accuracy: share of held-out pairs whose chosen reply gained more log-probability than the rejected one, against"
            + " the base (0.5 by definition for the base itself). Drift: mean size of those log-ratios. Score: the"
            + " preference rule applied to the model's own sampled replies to held-out prompts, -3 to 3. Best: share of"
            + " replies with the score 3.");
    page.heading("Curves");
    page.paragraph(
        "SPAC plays two rounds. Each measures rewards against the policy that the round began with, so its margin"
            + " starts from 0 again.");
    page.charts(
        List.of(
            chart(
                "Learning the language",
                "cross-entropy per token",
                StepReport::loss,
                series("base", result.baseSteps())),
            chart(
                "Loss",
                "each method's own loss",
                StepReport::loss,
                series("SPAC", result.spacSteps()),
                series("DPO", result.dpoSteps())),
            chart(
                "Reward margin",
                "rewards/margins",
                metric("rewards/margins"),
                series("SPAC", result.spacSteps()),
                series("DPO", result.dpoSteps())),
            chart(
                "Accuracy on the training pairs",
                "rewards/accuracies",
                metric("rewards/accuracies"),
                series("SPAC", result.spacSteps()),
                series("DPO", result.dpoSteps())),
            chart(
                "SPAC's critic",
                "mean over the step's examples",
                metric("critic_term"),
                series("critic term", result.spacSteps())),
            chart(
                "Gradient norm",
                "before clipping",
                StepReport::gradNorm,
                series("SPAC", result.spacSteps()),
                series("DPO", result.dpoSteps()))));
    page.heading("Samples before and after");
    List<List<String>> samples = new ArrayList<>();
    List<DemoResult.Sample> before = result.rows().getFirst().samples();
    for (int i = 0; i < before.size(); i++) {
      List<String> row = new ArrayList<>();
      row.add(before.get(i).prompt());
      for (DemoResult.Row model : result.rows()) {
        row.add(model.samples().get(i).reply());
      }
      samples.add(row);
    }
    List<String> header = new ArrayList<>(List.of("prompt"));
    result.rows().forEach(row -> header.add(row.model()));
    page.table(header, samples);
    page.paragraph(
        String.format(
            Locale.ROOT,
            "%s, Java %s, Tramontane %s, %.0f seconds.",
            backend,
            Version.java(),
            Version.tramontane(),
            result.seconds()));
    return page.toHtml();
  }

  private record Named(String name, List<StepReport> steps) {}

  private static Named series(String name, List<StepReport> steps) {
    return new Named(name, steps);
  }

  private static ToDoubleFunction<StepReport> metric(String key) {
    return step -> {
      Double value = step.metrics().get(key);
      return value == null ? Double.NaN : value;
    };
  }

  private static LineChart chart(
      String title, String label, ToDoubleFunction<StepReport> value, Named... lines) {
    List<Series> series = new ArrayList<>();
    for (Named line : lines) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < line.steps().size(); i++) {
        points.add(new Point(i + 1, value.applyAsDouble(line.steps().get(i))));
      }
      series.add(new Series(line.name(), points));
    }
    return new LineChart(title, "step", label, series);
  }
}
