package org.tramontane.cli.theory;

import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.tramontane.cli.report.Pictures;
import org.tramontane.spac.theory.experiment.Curve;
import org.tramontane.spac.theory.experiment.Findings;

/// Findings as PNG and SVG, both axes logarithmic, with error bars of 95 %.
final class FindingsPicture {
  private FindingsPicture() {}

  /// Writes `NAME.png` and `NAME.svg`.
  static void write(Findings findings, Path folder) {
    Pictures.prepare();
    Pictures.write(chart(findings), folder.resolve(findings.experiment().name()));
  }

  private static XYChart chart(Findings findings) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title(findings.experiment().name())
            .xAxisTitle(findings.experiment().axis())
            .yAxisTitle("suboptimality")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    for (Curve curve : findings.curves()) {
      List<Curve.Point> points = curve.points().stream().filter(point -> point.mean() > 0).toList();
      if (points.isEmpty()) {
        continue; // a logarithm of 0 can't be drawn; the table has it
      }
      chart.addSeries(
          curve.method(),
          points.stream().mapToDouble(Curve.Point::value).toArray(),
          points.stream().mapToDouble(Curve.Point::mean).toArray(),
          points.stream()
              .mapToDouble(p -> Math.min(p.high() - p.mean(), p.mean() - p.low()))
              .toArray());
    }
    return chart;
  }
}
