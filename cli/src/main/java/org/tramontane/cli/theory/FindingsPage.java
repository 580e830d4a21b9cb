package org.tramontane.cli.theory;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.cli.report.HtmlPage;
import org.tramontane.cli.report.LineChart;
import org.tramontane.spac.theory.experiment.Curve;
import org.tramontane.spac.theory.experiment.Findings;

/// All findings on one page.
final class FindingsPage {
  private FindingsPage() {}

  static String html(List<Findings> all) {
    HtmlPage page = new HtmlPage("SPAC's theory on bandits");
    page.paragraph(
        "Suboptimality is the mean over prompts of the best reward minus the policy's. Both axes are logarithmic: a power law is a straight line."
            + " Bars are 95 % intervals over seeds. Points where it is 0 are left out of a picture, not of a table.");
    if (all.stream().anyMatch(Findings::tuning)) {
      page.paragraph("These are tuning seeds: for choosing settings, not for a report.");
    }
    for (Findings findings : all) {
      page.heading(findings.experiment().name());
      page.paragraph(findings.experiment().question());
      page.chart(chart(findings));
      page.table(FindingsTable.header(findings), FindingsTable.rows(findings));
      FindingsTable.checks(findings).forEach(page::paragraph);
    }
    return page.toHtml();
  }

  private static LineChart chart(Findings findings) {
    List<LineChart.Series> series = new ArrayList<>();
    for (Curve curve : findings.curves()) {
      series.add(
          new LineChart.Series(
              curve.method(),
              curve.points().stream()
                  .map(
                      p ->
                          new LineChart.Point(
                              Math.log10(p.value()),
                              Math.log10(p.mean()),
                              Math.log10(p.low()),
                              Math.log10(p.high())))
                  .toList()));
    }
    return new LineChart(
        findings.experiment().name() + ": mean suboptimality over " + findings.seeds() + " seeds",
        "log10 of " + findings.experiment().axis(),
        "log10 of suboptimality",
        series);
  }
}
