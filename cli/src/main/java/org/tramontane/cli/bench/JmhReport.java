package org.tramontane.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.tramontane.tensor.UserError;

/// What a JMH run of `tests/benchmarks` measured, against the ceilings that it measured beside.
///
/// @param rows all benchmarks but the ceilings
/// @param copy GB/s of a copy, counted as STREAM counts
/// @param sgemm GFLOP/s of a direct `cblas_sgemm`, 0 where there is none
record JmhReport(List<JmhRow> rows, double copy, double sgemm) {
  private static final String COPY = "CeilingBenchmark.copy";
  private static final String SGEMM = "CeilingBenchmark.sgemm";

  /// Reads JMH's JSON.
  ///
  /// @throws UserError if the file can't be read, is not JMH's, or has no ceilings
  static JmhReport read(Path file) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new UserError(file + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UserError(file + ": can't be read: " + e.getMessage(), e);
    }
    if (!root.isArray() || root.isEmpty()) {
      throw new UserError(file + ": holds no array of results; is this JMH's JSON (-rf json)?");
    }
    List<JmhRow> rows = new ArrayList<>();
    double copy = 0;
    double sgemm = 0;
    for (JsonNode node : root) {
      JmhRow row = JmhRow.of(file.toString(), node);
      switch (row.benchmark()) {
        case COPY -> copy = row.rate();
        case SGEMM -> sgemm = row.rate();
        default -> rows.add(row);
      }
    }
    if (copy == 0) {
      throw new UserError(
          file
              + ": has no "
              + COPY
              + ", so shares can't be told; tests/benchmarks/run measures it");
    }
    rows.sort(
        Comparator.comparing(JmhRow::benchmark)
            .thenComparing(JmhRow::shape)
            .thenComparing(JmhRow::backend));
    return new JmhReport(List.copyOf(rows), copy, sgemm);
  }

  /// Of the machine's ceiling; NaN if the row states no work, or there is no ceiling of its kind.
  double share(JmhRow row) {
    double ceiling = row.flops() > 0 ? sgemm : copy;
    return row.unit().isEmpty() || ceiling == 0 ? Double.NaN : row.rate() / ceiling;
  }

  /// A Markdown table.
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Ceilings of this run: copy %.1f GB/s%s.%n%n",
            copy,
            sgemm > 0 ? String.format(Locale.ROOT, ", cblas_sgemm %.1f GFLOP/s", sgemm) : ""));
    text.append("| benchmark | parameters | backend | time | +- | rate | share |\n");
    text.append("|---|---|---|--:|--:|--:|--:|\n");
    for (JmhRow row : rows) {
      double share = share(row);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s | %s | %s |%n",
              row.benchmark(),
              row.shape(),
              row.backend(),
              time(row.seconds()),
              Double.isNaN(row.error())
                  ? ""
                  : String.format(Locale.ROOT, "%.0f %%", 100 * row.error() / row.seconds()),
              row.unit().isEmpty()
                  ? ""
                  : String.format(Locale.ROOT, "%.1f %s", row.rate(), row.unit()),
              Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.2f", share)));
    }
    return text.toString();
  }

  private static String time(double seconds) {
    if (seconds >= 1) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    return seconds >= 1e-3
        ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
        : String.format(Locale.ROOT, "%.1f us", seconds * 1e6);
  }
}
