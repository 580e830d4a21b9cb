package org.tramontane.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// A line chart as inline SVG; the page's script shows the values under the pointer.
///
/// @param title what the chart shows
/// @param xLabel the horizontal axis
/// @param yLabel the vertical axis
/// @param note what it means, in a sentence; empty for none
/// @param series the lines; points that are not finite are left out
public record LineChart(
    String title, String xLabel, String yLabel, String note, List<Series> series) implements Chart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 108;
  private static final int RIGHT = 16;
  private static final int TOP = 16;
  private static final int BOTTOM = 62;

  /// Told apart by readers with any colour vision (Okabe and Ito 2008, and two darker ones).
  public static final List<String> COLOURS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#8a7500");

  /// Copies the list.
  public LineChart {
    series = List.copyOf(series);
  }

  /// A chart that needs no words.
  public LineChart(String title, String xLabel, String yLabel, List<Series> series) {
    this(title, xLabel, yLabel, "", series);
  }

  /// One line.
  ///
  /// @param name its entry in the legend
  /// @param points in the order of x
  public record Series(String name, List<Point> points) {
    /// Copies the points, without those that can't be drawn.
    public Series {
      points =
          points.stream().filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y())).toList();
    }
  }

  /// A value with its interval, drawn as a bar where it has a length; an end that is not finite lies outside of the chart.
  public record Point(double x, double y, double low, double high) {
    /// A value alone.
    public Point(double x, double y) {
      this(x, y, y, y);
    }
  }

  private record Range(double low, double high) {
    double share(double value) {
      return (value - low) / (high - low);
    }
  }

  @Override
  public String toHtml() {
    List<Point> all = series.stream().flatMap(s -> s.points().stream()).toList();
    StringBuilder svg = new StringBuilder();
    svg.append("<figure class=\"chart\"><figcaption>")
        .append(HtmlPage.escape(title))
        .append("</figcaption>\n");
    if (!note.isEmpty()) {
      svg.append("<p class=\"note\">").append(HtmlPage.escape(note)).append("</p>\n");
    }
    if (all.isEmpty()) {
      return svg.append("<p>No values.</p></figure>\n").toString();
    }
    Range x = range(all.stream().mapToDouble(Point::x).toArray(), 0);
    Range y =
        range(
            all.stream()
                .flatMapToDouble(p -> DoubleStream.of(p.y(), p.low(), p.high()))
                .filter(Double::isFinite)
                .toArray(),
            0.05);
    svg.append(
        "<svg class=\"wide\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, HEIGHT, HtmlPage.escape(title)));
    for (double tick : ticks(y, 0)) {
      svg.append(
          format(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
              LEFT,
              WIDTH - RIGHT,
              yPixel(y, tick),
              yPixel(y, tick),
              LEFT - 8,
              yPixel(y, tick) + 6,
              label(tick)));
    }
    boolean counts = all.stream().allMatch(point -> point.x() == Math.rint(point.x()));
    for (double tick : ticks(x, counts ? 1 : 0)) {
      svg.append(
          format(
              "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
              xPixel(x, tick), HEIGHT - BOTTOM + 24, label(tick)));
    }
    svg.append(
        format(
            "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, HtmlPage.escape(xLabel)));
    svg.append(
        format(
            "<text class=\"axis\" transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
            (TOP + HEIGHT - BOTTOM) / 2, HtmlPage.escape(yLabel)));
    // A series without points keeps its colour, so that charts of the same runs agree, and is left
    // out.
    for (int i = 0; i < series.size(); i++) {
      if (series.get(i).points().isEmpty()) {
        continue;
      }
      svg.append(line(series.get(i), COLOURS.get(i % COLOURS.size()), i >= COLOURS.size(), x, y));
    }
    svg.append("<line class=\"cursor\" y1=\"")
        .append(TOP)
        .append("\" y2=\"")
        .append(HEIGHT - BOTTOM)
        .append("\"/></svg>\n<p class=\"legend\">");
    for (int i = 0; i < series.size(); i++) {
      if (series.get(i).points().isEmpty()) {
        continue;
      }
      svg.append(
          format(
              "<span><i style=\"background:%s\"></i>%s%s <output></output></span> ",
              COLOURS.get(i % COLOURS.size()),
              HtmlPage.escape(series.get(i).name()),
              i >= COLOURS.size() ? " (dashed)" : ""));
    }
    return svg.append("</p></figure>\n").toString();
  }

  private String line(Series series, String colour, boolean dashed, Range x, Range y) {
    List<String> pixels = new ArrayList<>();
    List<String> values = new ArrayList<>();
    StringBuilder bars = new StringBuilder();
    for (Point point : series.points()) {
      pixels.add(format("%.1f,%.1f", xPixel(x, point.x()), yPixel(y, point.y())));
      values.add(label(point.x()) + ":" + label(point.y()));
      if (point.low() < point.high()) {
        bars.append(
            format(
                "<line class=\"bar\" stroke=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                colour,
                xPixel(x, point.x()),
                xPixel(x, point.x()),
                yPixel(y, Math.clamp(point.low(), y.low(), y.high())),
                yPixel(y, Math.clamp(point.high(), y.low(), y.high()))));
      }
    }
    return format(
        "<polyline stroke=\"%s\"%s points=\"%s\" data-values=\"%s\"/>\n%s",
        colour,
        dashed ? " stroke-dasharray=\"6 3\"" : "",
        String.join(" ", pixels),
        String.join(" ", values),
        bars);
  }

  private static double xPixel(Range range, double value) {
    return LEFT + range.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double yPixel(Range range, double value) {
    return HEIGHT - BOTTOM - range.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static Range range(double[] values, double margin) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double pad = high > low ? margin * (high - low) : Math.max(0.5, Math.abs(low) * 0.1);
    return new Range(low - pad, high + pad);
  }

  /// Round values inside the range, four to nine of them unless they would be closer than `least`.
  private static List<Double> ticks(Range range, double least) {
    double rough = (range.high() - range.low()) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double round =
        rough / power < 1.5
            ? power
            : rough / power < 3.5 ? 2 * power : rough / power < 7.5 ? 5 * power : 10 * power;
    double step = Math.max(round, least);
    List<Double> ticks = new ArrayList<>();
    for (double tick = Math.ceil(range.low() / step) * step;
        tick <= range.high() + step * 1e-9;
        tick += step) {
      ticks.add(Math.abs(tick) < step * 1e-9 ? 0.0 : tick);
    }
    return ticks;
  }

  /// A number as axes and pointers show it.
  static String label(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      return Long.toString((long) value);
    }
    return format("%.4g", value)
        .replaceAll("(\\.\\d*?)0+($|e)", "$1$2")
        .replaceAll("\\.($|e)", "$1");
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
