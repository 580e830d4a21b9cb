package org.tramontane.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.cli.report.LineChart.Point;
import org.tramontane.cli.report.LineChart.Series;

class LineChartTest {
  private static String chart(Point... points) {
    return new LineChart("<loss>", "step", "nats", List.of(new Series("a & b", List.of(points))))
        .toHtml();
  }

  @Test
  void escapesWhatUsersName() {
    assertThat(chart(new Point(0, 1)))
        .contains("&lt;loss&gt;", "a &amp; b")
        .doesNotContain("<loss>");
  }

  @Test
  void drawsEveryFinitePointAndNoOther() {
    String html = chart(new Point(1, 2), new Point(2, Double.NaN), new Point(3, 4));
    assertThat(html).contains("data-values=\"1:2 3:4\"");
  }

  @Test
  void aChartWithoutPointsSaysSo() {
    assertThat(chart(new Point(1, Double.POSITIVE_INFINITY))).contains("No values.");
  }

  @Test
  void aConstantLineHasARange() {
    assertThat(chart(new Point(1, 5), new Point(2, 5))).contains("<polyline").doesNotContain("NaN");
  }

  @Test
  void anIntervalIsABarWithinTheChartAndAValueAloneHasNone() {
    String html =
        chart(
            new Point(1, 2, 1.5, 2.75),
            new Point(2, 2, Double.NEGATIVE_INFINITY, 3),
            new Point(3, 2));
    assertThat(html.split("class=\"bar\"", -1)).hasSize(3);
    assertThat(html).doesNotContain("Infinity").doesNotContain("NaN");
    // The end that is outside stops at the chart's lower edge, as the cursor does.
    String edge = html.replaceAll("(?s).*class=\"cursor\" y1=\"\\d+\" y2=\"(\\d+)\".*", "$1");
    assertThat(html).contains("y1=\"" + edge + ".0\"");
  }

  @Test
  void aSeriesWithoutPointsIsLeftOutAndKeepsItsColour() {
    String html =
        new LineChart(
                "loss",
                "step",
                "nats",
                "",
                List.of(
                    new Series("absent", List.of()),
                    new Series("present", List.of(new Point(1, 2), new Point(2, 3)))))
            .toHtml();
    assertThat(html).contains("present").doesNotContain("absent");
    assertThat(html).contains(LineChart.COLOURS.get(1)).doesNotContain(LineChart.COLOURS.get(0));
  }
}
