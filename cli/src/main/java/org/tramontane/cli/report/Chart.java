package org.tramontane.cli.report;

/// A picture of numbers.
public sealed interface Chart permits BarChart, HorizontalBars, LineChart {
  /// The chart as an HTML `figure`.
  String toHtml();
}
