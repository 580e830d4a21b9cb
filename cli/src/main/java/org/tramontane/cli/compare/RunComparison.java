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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tramontane.cli.align.PlaceOptions;
import org.tramontane.cli.report.RunFiles;

/// Runs side by side: those of one name (`--run-name`, else the method) with the same options but different seeds are one row, with
/// a 95 % confidence interval over the seeds.
///
/// Which model a run started from does not tell rows apart, because each seed of a second stage has its own first
/// stage; where two runs of a row have the same seed, each becomes a row of its own.
///
/// @param groups in the order in which their first runs were named
public record RunComparison(List<RunGroup> groups) {
  /// Options beside those of places that do not tell rows apart: a row has many seeds, and threads change speed, and results by
  /// their last bits alone.
  private static final Set<String> WITHIN_A_ROW = Set.of("seed", "threads");

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Columns of words.
  private static final int LEFT = 3;

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
              if (!PlaceOptions.has(entry.getKey()) && !WITHIN_A_ROW.contains(entry.getKey())) {
                options.put(entry.getKey(), entry.getValue().asText());
              }
            });
    options.put("data sha256", run.run().path("data").path("sha256").asText());
    return options;
  }

  /// The name that the runs were given, or the method.
  private static String name(Map<String, String> options) {
    return options.getOrDefault("run_name", options.getOrDefault("method", "?"));
  }

  /// The name, and those options by which groups of the same name differ.
  private static String label(Map<String, String> options, Set<Map<String, String>> all) {
    String name = name(options);
    Set<String> differing = new TreeSet<>();
    for (Map<String, String> other : all) {
      if (name.equals(name(other))) {
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
    String shown = options.containsKey("run_name") ? name : name.toLowerCase(java.util.Locale.ROOT);
    return parts.isEmpty() ? shown : shown + " (" + String.join(", ", parts) + ")";
  }

  /// All runs, group by group.
  List<RunFiles> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  /// The table's first line.
  List<String> header() {
    List<String> header = new ArrayList<>(List.of("run", "start", "seeds"));
    Arrays.stream(RunFigure.values()).forEach(figure -> header.add(figure.label()));
    return header;
  }

  /// A line per group.
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (RunGroup group : groups) {
      List<String> row =
          new ArrayList<>(List.of(group.label(), group.start(), String.join(", ", group.seeds())));
      for (RunFigure figure : RunFigure.values()) {
        row.add(figure.text(figure.over(group.runs())));
      }
      rows.add(row);
    }
    return rows;
  }

  /// The table, and where all runs say how they do on the same held-out pairs those of the pairs, for the terminal.
  public String toMarkdown() {
    StringBuilder text = new StringBuilder(MarkdownTable.of(header(), rows(), LEFT));
    pairs()
        .ifPresent(
            pairs -> {
              text.append('\n')
                  .append(
                      MarkdownTable.of(
                          PairTable.header("over pairs and seeds"),
                          PairTable.rows(pairs.figures(), false),
                          1));
              if (!pairs.differences().isEmpty()) {
                text.append('\n')
                    .append(
                        MarkdownTable.of(
                            PairTable.header("paired difference"),
                            PairTable.rows(pairs.differences(), true),
                            1));
              }
            });
    return text.toString();
  }

  /// How to read the tables: a sentence or two a line.
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "± is half of the 95 % confidence interval over seeds (Student's t). Margin, drift and KL are in nats; loss is the mean of"
            + " the last ten steps (of SPAC's explicit form: of its policy steps), and each method has its own.");
    notes.add(
        "Accuracy, margin, drift and KL are against the model of the column 'start': rows with different starts are not on one"
            + " scale there. 'prefers y+' (log pi(y+) > log pi(y-), sums over tokens or means per token) and log pi(y+) are of the"
            + " policy alone and have one scale.");
    if (pairs().isPresent()) {
      notes.add(
          "[ ] is a 95 % interval by the bootstrap over held-out pairs and seeds, drawn independently; with few seeds it is too"
              + " narrow in their part, and with one seed it has none. Differences set seed beside seed and pair beside pair; * is an"
              + " interval without 0, not corrected for how many are looked at.");
    } else if (runs().size() > 1 && runs().stream().anyMatch(run -> run.hasEvaluations())) {
      notes.add(
          "NOT THE SAME HELD-OUT PAIRS, or runs that do not record which they are: held-out figures of different rows can't be"
              + " compared.");
    }
    return notes;
  }

  Optional<PairTable> pairs() {
    return PairTable.of(groups);
  }

  /// The table, and the runs behind it, as one object.
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("groups");
    for (RunGroup group : groups) {
      ObjectNode node = list.addObject().put("label", group.label()).put("start", group.start());
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
    pairs().ifPresent(pairs -> root.set("pairs", pairs.toJson()));
    notes().forEach(root.putArray("notes")::add);
    return root;
  }

  /// JSON has no NaN; what is not known is null.
  static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
