package org.tramontane.cli.report;

import java.util.List;
import java.util.Locale;

/// Bars of different heights beside each other, such as a [Histogram]; the page's script shows the bar under the
/// pointer.
///
/// @param title what the chart shows
/// @param xLabel the horizontal axis
/// @param bars from left to right, one or more
public record BarChart(String title, String xLabel, List<Bar> bars) implements Chart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 72;
  private static final int RIGHT = 16;
  private static final int TOP = 16;
  private static final int BOTTOM = 62;

  /// Labels that fit below the bars.
  private static final int LABELS = 6;

  /// Copies the list.
  public BarChart {
    bars = List.copyOf(bars);
    if (bars.isEmpty()) {
      throw new IllegalArgumentException("a chart without bars");
    }
  }

  /// A bar.
  ///
  /// @param label below it
  /// @param detail what the page shows when the pointer is on it
  /// @param value its height, 0 or more
  public record Bar(String label, String detail, double value) {}

  /// A histogram as a chart.
  public static BarChart of(String title, String xLabel, Histogram histogram) {
    java.util.ArrayList<Bar> bars = new java.util.ArrayList<>();
    for (int i = 0; i < histogram.counts().length; i++) {
      String from = edge(histogram.edge(i));
      bars.add(
          new Bar(
              from,
              histogram.counts()[i] + " from " + from + " to " + edge(histogram.edge(i + 1)),
              histogram.counts()[i]));
    }
    return new BarChart(title, xLabel, bars);
  }

  /// Three digits tell bins apart and stay readable beside each other.
  private static String edge(double value) {
    return LineChart.label(Double.parseDouble(format("%.3g", value)));
  }

  @Override
  public String toHtml() {
    double most = bars.stream().mapToDouble(Bar::value).max().orElseThrow();
    StringBuilder svg = new StringBuilder();
    svg.append("<figure class=\"chart\"><figcaption>")
        .append(HtmlPage.escape(title))
        .append("</figcaption>\n")
        .append(
            format(
                "<svg class=\"wide\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                WIDTH, HEIGHT, HtmlPage.escape(title)));
    svg.append(
        format(
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                + "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
            LEFT, WIDTH - RIGHT, TOP, TOP, LEFT - 8, TOP + 6, LineChart.label(most)));
    double step = (double) (WIDTH - LEFT - RIGHT) / bars.size();
    int every = Math.max(1, (bars.size() + LABELS - 1) / LABELS);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double height = most == 0 ? 0 : bar.value() / most * (HEIGHT - TOP - BOTTOM);
      double x = LEFT + i * step;
      svg.append(
          format(
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" data-label=\"%s\"/>\n",
              x + step * 0.05,
              HEIGHT - BOTTOM - height,
              step * 0.9,
              height,
              HtmlPage.escape(bar.detail())));
      if (i % every == 0) {
        svg.append(
            format(
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                x + step / 2, HEIGHT - BOTTOM + 24, HtmlPage.escape(bar.label())));
      }
    }
    svg.append(
        format(
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                + "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            LEFT,
            WIDTH - RIGHT,
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM,
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 6,
            HtmlPage.escape(xLabel)));
    return svg.append("</svg>\n<p class=\"legend\"><output></output>&nbsp;</p></figure>\n")
        .toString();
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
