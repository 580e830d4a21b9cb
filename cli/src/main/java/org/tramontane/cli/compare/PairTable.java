package org.tramontane.cli.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.tensor.UserError;

/// What runs say of the same held-out pairs, pair by pair: every row's figures with intervals over pairs and seeds, and the
/// differences of two rows, where seed is set beside the same seed and pair beside the same pair.
///
/// @param figures a line per group
/// @param differences a line per two groups with the same seeds
record PairTable(List<Line> figures, List<Line> differences) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// A line of a table.
  ///
  /// @param label of the group, or of two
  /// @param figures those that are known
  record Line(String label, Map<PairFigure, Cell> figures) {}

  /// A figure.
  ///
  /// @param pairs its interval over pairs and seeds
  /// @param seeds its interval over seeds alone
  record Cell(CrossedBootstrap pairs, Interval seeds) {}

  /// The tables of groups, in their order; none where runs do not all say how they do on the same pairs.
  ///
  /// @throws UserError if a run's record contradicts itself, or two that say they have the same pairs have not as many
  static Optional<PairTable> of(List<RunGroup> groups) {
    Set<String> pairs = new HashSet<>();
    groups.forEach(group -> group.runs().forEach(run -> pairs.add(PairFigure.pairs(run))));
    if (pairs.size() != 1 || pairs.contains("")) {
      return Optional.empty();
    }
    requireOneLength(groups);
    List<Line> figures = new ArrayList<>();
    List<Line> differences = new ArrayList<>();
    for (RunGroup group : groups) {
      Map<PairFigure, Cell> cells = new LinkedHashMap<>();
      for (PairFigure figure : PairFigure.values()) {
        values(figure, group).ifPresent(values -> cells.put(figure, cell(values)));
      }
      figures.add(new Line(group.label(), cells));
    }
    for (int i = 0; i < groups.size(); i++) {
      for (int j = i + 1; j < groups.size(); j++) {
        difference(groups.get(j), groups.get(i)).ifPresent(differences::add);
      }
    }
    return Optional.of(new PairTable(List.copyOf(figures), List.copyOf(differences)));
  }

  private static void requireOneLength(List<RunGroup> groups) {
    @Nullable RunFiles first = null;
    int pairs = 0;
    for (RunFiles run : groups.stream().flatMap(group -> group.runs().stream()).toList()) {
      Optional<double[]> values = PairFigure.CHOSEN.of(run);
      if (values.isEmpty()) {
        continue;
      }
      if (first == null) {
        first = run;
        pairs = values.get().length;
      } else if (values.get().length != pairs) {
        throw new UserError(
            "%s: held_out.tokens_sha256 is that of %s, but %d pairs are evaluated here and %d there; make one of the runs again, or leave it out"
                .formatted(
                    run.folder().resolve("run.json"), first.folder(), values.get().length, pairs));
      }
    }
  }

  private static Optional<Line> difference(RunGroup first, RunGroup second) {
    Map<String, RunFiles> bySeed = new LinkedHashMap<>();
    second.runs().forEach(run -> bySeed.put(run.option("seed"), run));
    if (!bySeed.keySet().equals(new HashSet<>(first.seeds()))) {
      return Optional.empty();
    }
    List<RunFiles> partners =
        first.runs().stream().map(run -> bySeed.get(run.option("seed"))).toList();
    boolean oneStart = true;
    for (int i = 0; i < partners.size(); i++) {
      oneStart &= PairFigure.start(first.runs().get(i)).equals(PairFigure.start(partners.get(i)));
    }
    Map<PairFigure, Cell> cells = new LinkedHashMap<>();
    for (PairFigure figure : PairFigure.values()) {
      Optional<double[][]> a = values(figure, first);
      Optional<double[][]> b = values(figure, new RunGroup(second.label(), partners));
      if (a.isPresent() && b.isPresent() && (oneStart || !figure.isRelative())) {
        cells.put(figure, cell(minus(a.get(), b.get())));
      }
    }
    return Optional.of(new Line(first.label() + " - " + second.label(), cells));
  }

  private static double[][] minus(double[][] a, double[][] b) {
    double[][] difference = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      difference[i] = new double[a[i].length];
      for (int j = 0; j < a[i].length; j++) {
        difference[i][j] = a[i][j] - b[i][j];
      }
    }
    return difference;
  }

  private static Optional<double[][]> values(PairFigure figure, RunGroup group) {
    List<double[]> rows = new ArrayList<>();
    for (RunFiles run : group.runs()) {
      Optional<double[]> row = figure.of(run);
      if (row.isEmpty()) {
        return Optional.empty();
      }
      rows.add(row.get());
    }
    return Optional.of(rows.toArray(double[][]::new));
  }

  private static Cell cell(double[][] values) {
    double[] means = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      means[i] = java.util.Arrays.stream(values[i]).average().orElse(Double.NaN);
    }
    return new Cell(CrossedBootstrap.of(values), Interval.of(means));
  }

  /// The first line of a table.
  static List<String> header(String first) {
    List<String> header = new ArrayList<>(List.of(first));
    for (PairFigure figure : PairFigure.values()) {
      header.add(figure.label());
    }
    return header;
  }

  /// A table's lines.
  ///
  /// @param marked whether what is apart from 0 gets a star
  static List<List<String>> rows(List<Line> lines, boolean marked) {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      List<String> row = new ArrayList<>(List.of(line.label()));
      for (PairFigure figure : PairFigure.values()) {
        Cell cell = line.figures().get(figure);
        row.add(cell == null ? "-" : text(cell.pairs(), figure.digits(), marked));
      }
      rows.add(row);
    }
    return rows;
  }

  private static String text(CrossedBootstrap cell, int digits, boolean marked) {
    if (Double.isNaN(cell.mean())) {
      return "-";
    }
    String number = "%" + (marked ? "+" : "") + "." + digits + "f";
    return String.format(
            Locale.ROOT,
            number + " [" + number + ", " + number + "]",
            cell.mean(),
            cell.low(),
            cell.high())
        + (marked && cell.isApartFromZero() ? " *" : "");
  }

  /// The tables as JSON.
  ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    lines(figures, root.putArray("figures"));
    lines(differences, root.putArray("differences"));
    return root;
  }

  private static void lines(List<Line> lines, ArrayNode array) {
    for (Line line : lines) {
      ObjectNode node = array.addObject().put("label", line.label());
      line.figures()
          .forEach(
              (figure, cell) -> {
                ObjectNode value = node.putObject(figure.label());
                RunComparison.put(value, "mean", cell.pairs().mean());
                if (Double.isNaN(cell.pairs().mean())) {
                  value.putNull("bootstrap_95_pairs_and_seeds");
                } else {
                  value
                      .putArray("bootstrap_95_pairs_and_seeds")
                      .add(cell.pairs().low())
                      .add(cell.pairs().high());
                }
                RunComparison.put(value, "t_95_half_width_seeds", cell.seeds().halfWidth());
              });
    }
  }
}
