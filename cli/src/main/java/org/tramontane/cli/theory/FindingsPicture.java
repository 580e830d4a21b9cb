package org.tramontane.cli.theory;

import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.tramontane.cli.report.LineChart;
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
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    List<Color> colours = LineChart.COLOURS.stream().map(Color::decode).toList();
    int drawn = 0;
    for (Curve curve : findings.curves()) {
      List<Curve.Point> points = curve.points().stream().filter(point -> point.mean() > 0).toList();
      if (points.isEmpty()) {
        continue; // a logarithm of 0 can't be drawn; the table has it
      }
      Color colour = colours.get(drawn++ % colours.size());
      XYSeries line =
          chart.addSeries(
              curve.method(),
              points.stream().mapToDouble(Curve.Point::value).toArray(),
              points.stream().mapToDouble(Curve.Point::mean).toArray());
      line.setLineColor(colour);
      line.setMarkerColor(colour);
      line.setLineStyle(drawn > colours.size() ? SeriesLines.DASH_DASH : SeriesLines.SOLID);
      points.forEach(point -> bar(chart, curve.method(), point, colour));
    }
    return chart;
  }

  /// An interval as a line of its own, since the library's error bars are as long below as above; one that reaches 0 ends at a tenth of the mean.
  private static void bar(XYChart chart, String method, Curve.Point point, Color colour) {
    double low = point.low() > 0 ? point.low() : point.mean() / 10;
    if (low < point.high()) {
      XYSeries bar =
          chart.addSeries(
              method + " at " + point.value(),
              new double[] {point.value(), point.value()},
              new double[] {low, point.high()});
      bar.setLineColor(colour);
      bar.setLineStyle(SeriesLines.SOLID);
      bar.setMarker(SeriesMarkers.NONE);
      bar.setShowInLegend(false);
    }
  }
}
