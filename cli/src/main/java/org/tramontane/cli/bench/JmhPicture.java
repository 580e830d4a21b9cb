package org.tramontane.cli.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;
import org.tramontane.cli.report.Pictures;

/// Shares of the machine's ceilings as bars: one group per benchmark and its parameters, one bar per backend.
final class JmhPicture {
  private static final int MARGIN = 260;
  private static final int GROUP = 34;

  private JmhPicture() {}

  /// Writes `NAME.png` and `NAME.svg`; false if no row has a share, and nothing is written.
  static boolean write(JmhReport report, Path name) {
    List<JmhRow> rows =
        report.rows().stream().filter(row -> !Double.isNaN(report.share(row))).toList();
    if (rows.isEmpty()) {
      return false;
    }
    Pictures.prepare();
    Pictures.write(chart(report, rows), name);
    return true;
  }

  private static String label(JmhRow row) {
    // Of KernelBenchmark.kernel only the parameters tell rows apart.
    String method = row.benchmark().substring(row.benchmark().indexOf('.') + 1);
    return (method.equals("kernel") ? "" : method + " ") + row.shape();
  }

  private static CategoryChart chart(JmhReport report, List<JmhRow> rows) {
    Set<String> labels = new LinkedHashSet<>();
    Set<String> backends = new LinkedHashSet<>();
    for (JmhRow row : rows) {
      labels.add(label(row));
      backends.add(row.backend());
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(MARGIN + GROUP * Math.max(16, labels.size()))
            .height(640)
            .title("share of this machine's ceilings (copy for GB/s, cblas_sgemm for GFLOP/s)")
            .yAxisTitle("share")
            .build();
    chart.getStyler().setXAxisLabelRotation(90);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setOverlapped(false);
    chart.getStyler().setAvailableSpaceFill(0.8);
    List<String> categories = new ArrayList<>(labels);
    for (String backend : backends) {
      List<Double> shares = new ArrayList<>();
      for (String category : categories) {
        shares.add(
            rows.stream()
                .filter(row -> row.backend().equals(backend) && label(row).equals(category))
                .mapToDouble(report::share)
                .findFirst()
                .orElse(0)); // no bar
      }
      chart.addSeries(backend.isEmpty() ? "machine" : backend, categories, shares);
    }
    return chart;
  }
}
