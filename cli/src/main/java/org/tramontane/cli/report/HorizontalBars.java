package org.tramontane.cli.report;

import java.util.List;
import java.util.Locale;

/// Horizontal bars with their names and values as inline SVG, readable at the width of a phone.
///
/// @param title what the chart shows
/// @param bars from top to bottom; values below 0 or not finite are drawn as 0
/// @param maximum the value at the right end, above 0
public record HorizontalBars(String title, List<Bar> bars, double maximum) implements Chart {
  private static final int WIDTH = 420;
  private static final int LEFT = 150;
  private static final int RIGHT = 64;
  private static final int ROW = 26;
  private static final int BAR = 16;

  /// Okabe and Ito's blue for what the page is about.
  private static final String HIGHLIGHT = "#0072b2";

  /// One bar.
  ///
  /// @param name to its left
  /// @param value its length
  /// @param low of the interval drawn over it; NaN for none
  /// @param high of that interval
  /// @param highlighted whether the page is about it
  public record Bar(String name, double value, double low, double high, boolean highlighted) {
    /// A bar without an interval.
    public static Bar of(String name, double value) {
      return new Bar(name, value, Double.NaN, Double.NaN, false);
    }
  }

  /// Copies the bars and checks the range.
  public HorizontalBars {
    bars = List.copyOf(bars);
    if (!(maximum > 0)) {
      throw new IllegalArgumentException("maximum = " + maximum + "; allowed: above 0");
    }
  }

  @Override
  public String toHtml() {
    int height = ROW * bars.size() + 8;
    StringBuilder svg = new StringBuilder();
    svg.append("<figure class=\"chart\"><figcaption>")
        .append(HtmlPage.escape(title))
        .append("</figcaption>\n")
        .append(
            format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                WIDTH, height, HtmlPage.escape(title)));
    for (int i = 0; i < bars.size(); i++) {
      svg.append(row(bars.get(i), i * ROW + 4));
    }
    return svg.append("</svg></figure>\n").toString();
  }

  private String row(Bar bar, int top) {
    double middle = top + BAR / 2.0;
    StringBuilder row = new StringBuilder();
    row.append(
        format(
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\"%s>%s</text>"
                + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" %s/>",
            LEFT - 8,
            middle + 5,
            bar.highlighted ? " font-weight=\"600\"" : "",
            HtmlPage.escape(bar.name),
            LEFT,
            top,
            x(bar.value) - LEFT,
            BAR,
            bar.highlighted ? "fill=\"" + HIGHLIGHT + "\"" : "class=\"other\""));
    double end = bar.value;
    if (Double.isFinite(bar.low) && Double.isFinite(bar.high)) {
      end = Math.max(end, bar.high);
      row.append(
          format(
              "<path class=\"interval\" d=\"M%.1f %.1fV%.1fM%.1f %.1fH%.1fM%.1f %.1fV%.1f\"/>",
              x(bar.low),
              middle - 5,
              middle + 5,
              x(bar.low),
              middle,
              x(bar.high),
              x(bar.high),
              middle - 5,
              middle + 5));
    }
    return row.append(
            format("<text x=\"%.1f\" y=\"%.1f\">%.2f</text>\n", x(end) + 6, middle + 5, bar.value))
        .toString();
  }

  private double x(double value) {
    double share = Double.isFinite(value) ? Math.clamp(value / maximum, 0, 1) : 0;
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
