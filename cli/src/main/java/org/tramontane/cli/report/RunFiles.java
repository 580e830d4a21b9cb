package org.tramontane.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tramontane.tensor.UserError;

/// What a run of `tramontane align` wrote about itself.
///
/// @param folder where it lies
/// @param run `run.json`
/// @param metrics the columns of `metrics.csv`; NaN where a cell is empty
public record RunFiles(Path folder, JsonNode run, Map<String, double[]> metrics) {
  private static final String RUN = "run.json";
  private static final String METRICS = "metrics.csv";
  private static final int MAX_POINTS = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Whether a folder is that of a run.
  public static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve(RUN)) && Files.isRegularFile(folder.resolve(METRICS));
  }

  /// Reads a run's folder.
  ///
  /// @throws UserError if there is none, or a file is broken
  public static RunFiles read(Path folder) {
    if (!isRun(folder)) {
      throw new UserError(
          folder
              + ": not the folder of a run: "
              + RUN
              + " and "
              + METRICS
              + " of 'tramontane align' are needed");
    }
    return new RunFiles(folder, json(folder.resolve(RUN)), csv(folder.resolve(METRICS)));
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new UserError(
          file + ": line " + e.getLocation().getLineNr() + ": not valid JSON: " + reason, e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, double[]> csv(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
    Map<String, double[]> columns = new LinkedHashMap<>();
    if (lines.isEmpty()) {
      return columns;
    }
    List<String> names = List.of(lines.getFirst().split(",", -1));
    double[][] values = new double[names.size()][lines.size() - 1];
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      if (cells.length != names.size()) {
        throw new UserError(
            file
                + ": line "
                + (i + 1)
                + " has "
                + cells.length
                + " cells, the first "
                + names.size());
      }
      for (int j = 0; j < cells.length; j++) {
        values[j][i - 1] = number(file, i + 1, names.get(j), cells[j]);
      }
    }
    for (int j = 0; j < values.length; j++) {
      columns.put(names.get(j), values[j]);
    }
    return columns;
  }

  private static double number(Path file, int line, String column, String cell) {
    if (cell.isEmpty()) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw new UserError(
          file + ": line " + line + ": " + column + " is '" + cell + "'; a number is needed", e);
    }
  }

  /// An option of the run; empty where it was not set.
  public String option(String name) {
    return run.path("config").path(name).asText();
  }

  /// The method that was run, in lower case.
  public String method() {
    return option("method").toLowerCase(java.util.Locale.ROOT);
  }

  /// Whether held-out pairs were evaluated.
  public boolean hasEvaluations() {
    return !run.path("evaluations").isEmpty();
  }

  /// What the run is called: its `run_name`, or else its method.
  public String name() {
    String name = option("run_name");
    return name.isEmpty() ? method() : name;
  }

  /// What a model is called: as the run that made it, or as its folder.
  public static String nameOf(Path model) {
    if (isRun(model)) {
      return read(model).name();
    }
    Path last = model.toAbsolutePath().normalize().getFileName();
    return last == null ? model.toString() : last.toString();
  }

  /// Whether a column is there and 0 in every row.
  public boolean isZero(String column) {
    double[] values = metrics.get(column);
    return values != null && Arrays.stream(values).allMatch(value -> value == 0);
  }

  /// A column as points over the step, counted over all rounds; none where the run has no such column. A long run's
  /// points are means of [#stepsPerPoint] steps.
  public List<LineChart.Point> curve(String column) {
    return points(metrics.getOrDefault(column, new double[0]));
  }

  private List<LineChart.Point> points(double[] values) {
    List<LineChart.Point> points = new ArrayList<>();
    int width = stepsPerPoint();
    for (int from = 0; from < values.length; from += width) {
      int to = Math.min(from + width, values.length);
      double mean =
          Arrays.stream(values, from, to).filter(Double::isFinite).average().orElse(Double.NaN);
      points.add(new LineChart.Point(to, mean));
    }
    return points;
  }

  /// As [#curve(String)], of the steps whose column `phase` is `phase` alone.
  public List<LineChart.Point> curve(String column, int phase) {
    double[] values = metrics.getOrDefault(column, new double[0]).clone();
    double[] phases = metrics.getOrDefault("phase", new double[0]);
    for (int i = 0; i < values.length; i++) {
      if (i >= phases.length || phases[i] != phase) {
        values[i] = Double.NaN;
      }
    }
    return points(values);
  }

  /// How many steps a curve's point stands for.
  public int stepsPerPoint() {
    return Math.max(1, (steps() + MAX_POINTS - 1) / MAX_POINTS);
  }

  /// Steps of the optimiser, over all rounds.
  public int steps() {
    return metrics.values().stream().mapToInt(column -> column.length).max().orElse(0);
  }

  /// Mean of a column's last `count` values; NaN if there are none.
  public double last(String column, int count) {
    double[] values = metrics.getOrDefault(column, new double[0]);
    double sum = 0;
    int from = Math.max(0, values.length - count);
    for (int i = from; i < values.length; i++) {
      sum += values[i];
    }
    return values.length == 0 ? Double.NaN : sum / (values.length - from);
  }

  /// As [#last(String, int)], of the steps of the last one's `phase` alone; without that column of all.
  public double lastOfPhase(String column, int count) {
    double[] phases = metrics.get("phase");
    if (phases == null || phases.length == 0) {
      return last(column, count);
    }
    double phase = phases[phases.length - 1];
    double[] values = metrics.getOrDefault(column, new double[0]);
    double sum = 0;
    int found = 0;
    for (int i = values.length - 1; i >= 0 && found < count; i--) {
      if (phases[i] == phase) {
        sum += values[i];
        found++;
      }
    }
    return found == 0 ? Double.NaN : sum / found;
  }

  /// A figure of the last entry of a list in `run.json`, such as `evaluations`; NaN if there is none.
  public double lastOf(String list, String figure) {
    JsonNode entries = run.path(list);
    return entries.isEmpty()
        ? Double.NaN
        : entries.get(entries.size() - 1).path(figure).asDouble(Double.NaN);
  }
}
