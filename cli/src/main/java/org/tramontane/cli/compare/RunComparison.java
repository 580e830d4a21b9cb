package org.tramontane.cli.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tramontane.cli.report.RunFiles;

/// Runs side by side: those of one method with the same options but different seeds are one row, with a 95 % confidence
/// interval over the seeds.
///
/// Which model a run started from does not tell rows apart, because each seed of a second stage has its own first
/// stage; where two runs of a row have the same seed, each becomes a row of its own.
///
/// @param groups in the order in which their first runs were named
public record RunComparison(List<RunGroup> groups) {
  /// Options that say where things lie, or how fast they go, and not what is done.
  private static final Set<String> NO_DIFFERENCE =
      Set.of(
          "seed",
          "output",
          "overwrite",
          "model",
          "previous",
          "reference",
          "recipe",
          "json",
          "verbose",
          "threads",
          "dry_run",
          "data",
          "eval_data",
          "resume",
          "save_steps",
          "save_total_limit",
          "reference_cache");

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Takes a copy of the list.
  public RunComparison {
    groups = List.copyOf(groups);
  }

  /// A comparison of runs, one or more.
  public static RunComparison of(List<RunFiles> runs) {
    Map<Map<String, String>, List<RunFiles>> byOptions = new LinkedHashMap<>();
    for (RunFiles run : runs) {
      byOptions.computeIfAbsent(options(run), key -> new ArrayList<>()).add(run);
    }
    List<RunGroup> groups = new ArrayList<>();
    byOptions.forEach(
        (options, members) -> {
          Set<String> seeds = new HashSet<>();
          members.forEach(run -> seeds.add(run.option("seed")));
          String label = label(options, byOptions.keySet());
          if (seeds.size() == members.size()) {
            groups.add(new RunGroup(label, members));
          } else {
            members.forEach(
                run -> groups.add(new RunGroup(label + " in " + run.folder(), List.of(run))));
          }
        });
    return new RunComparison(groups);
  }

  private static Map<String, String> options(RunFiles run) {
    Map<String, String> options = new TreeMap<>();
    run.run()
        .path("config")
        .properties()
        .forEach(
            entry -> {
              if (!NO_DIFFERENCE.contains(entry.getKey())) {
                options.put(entry.getKey(), entry.getValue().asText());
              }
            });
    options.put("data sha256", run.run().path("data").path("sha256").asText());
    return options;
  }

  /// The method, and those options by which groups of the same method differ.
  private static String label(Map<String, String> options, Set<Map<String, String>> all) {
    String method = options.getOrDefault("method", "?");
    Set<String> differing = new TreeSet<>();
    for (Map<String, String> other : all) {
      if (method.equals(other.get("method"))) {
        Set<String> keys = new TreeSet<>(options.keySet());
        keys.addAll(other.keySet());
        keys.removeIf(key -> options.getOrDefault(key, "").equals(other.getOrDefault(key, "")));
        differing.addAll(keys);
      }
    }
    List<String> parts = new ArrayList<>();
    for (String key : differing) {
      String value = options.getOrDefault(key, "default");
      parts.add(
          key
              + "="
              + (key.equals("data sha256")
                  ? value.substring(0, Math.min(8, value.length()))
                  : value));
    }
    String name = method.toLowerCase(java.util.Locale.ROOT);
    return parts.isEmpty() ? name : name + " (" + String.join(", ", parts) + ")";
  }

  /// All runs, group by group.
  List<RunFiles> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  /// The table's first line.
  List<String> header() {
    List<String> header = new ArrayList<>(List.of("run", "seeds"));
    Arrays.stream(RunFigure.values()).forEach(figure -> header.add(figure.label()));
    return header;
  }

  /// A line per group.
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (RunGroup group : groups) {
      List<String> row = new ArrayList<>(List.of(group.label(), String.join(", ", group.seeds())));
      for (RunFigure figure : RunFigure.values()) {
        row.add(figure.text(figure.over(group.runs())));
      }
      rows.add(row);
    }
    return rows;
  }

  /// A Markdown table whose columns are aligned for the terminal.
  public String toMarkdown() {
    List<List<String>> lines = new ArrayList<>(List.of(header()));
    lines.addAll(rows());
    int columns = header().size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], cell(line.get(i)).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      line(lines.get(i), widths, text);
      if (i == 0) {
        text.append('|');
        for (int j = 0; j < columns; j++) {
          text.append("-".repeat(widths[j] + 1)).append(j < 2 ? '-' : ':').append('|');
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static void line(List<String> cells, int[] widths, StringBuilder text) {
    text.append('|');
    for (int i = 0; i < widths.length; i++) {
      String cell = cell(cells.get(i));
      String space = " ".repeat(widths[i] - cell.length());
      text.append(' ').append(i < 2 ? cell + space : space + cell).append(" |");
    }
    text.append('\n');
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /// The table, and the runs behind it, as one object.
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("groups");
    for (RunGroup group : groups) {
      ObjectNode node = list.addObject().put("label", group.label());
      ArrayNode runs = node.putArray("runs");
      for (RunFiles run : group.runs()) {
        ObjectNode member = runs.addObject();
        member.put("folder", run.folder().toString());
        member.put("seed", run.option("seed"));
        member.put("status", run.run().path("status").asText());
        for (RunFigure figure : RunFigure.values()) {
          put(member, figure.label(), figure.of(run));
        }
      }
      ObjectNode figures = node.putObject("figures");
      for (RunFigure figure : RunFigure.values()) {
        Interval interval = figure.over(group.runs());
        ObjectNode value = figures.putObject(figure.label());
        put(value, "mean", interval.mean());
        put(value, "half_width_95", interval.halfWidth());
        value.put("n", interval.n());
      }
    }
    return root;
  }

  /// JSON has no NaN; what is not known is null.
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
