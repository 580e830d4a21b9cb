package org.tramontane.spac.eval.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tramontane.spac.eval.engine.ItemLog;
import org.tramontane.spac.eval.engine.ItemResult;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Interval;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.tensor.UserError;

/// A finished evaluation as it lies on disk: `results.json` and the scores of single items beside it.
///
/// @param path of `results.json`
/// @param run everything that its scores depend on
/// @param scores one line per task
/// @param tasks for each line's task, the names that its items are logged under
/// @param items of all tasks
public record EvalFolder(
    Path path,
    JsonNode run,
    List<Score> scores,
    Map<String, List<String>> tasks,
    List<ItemResult> items) {
  /// The file in the folder of an evaluation.
  public static final String RESULTS = "results.json";

  /// The file of single items beside it.
  public static final String ITEMS = "items.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Copies the collections.
  public EvalFolder {
    scores = List.copyOf(scores);
    tasks = Map.copyOf(tasks);
    items = List.copyOf(items);
  }

  /// Whether `path` is the folder or the results of an evaluation.
  public static boolean isOne(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(RESULTS) : path;
    return Files.isRegularFile(file)
        && json(file).path("tramontane").path("kind").asText().equals("eval");
  }

  /// Reads the folder, or the `results.json`, of an evaluation.
  ///
  /// @throws UserError if it is missing or not one
  public static EvalFolder read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(RESULTS) : path;
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file; 'tramontane eval' writes it");
    }
    JsonNode own = json(file).path("tramontane");
    if (!own.path("kind").asText().equals("eval")) {
      throw new UserError(file + ": not the results of 'tramontane eval'");
    }
    List<Score> scores = new ArrayList<>();
    for (JsonNode node : own.path("scores")) {
      scores.add(score(node));
    }
    Map<String, List<String>> tasks = new LinkedHashMap<>();
    for (JsonNode node : own.path("tasks")) {
      tasks
          .computeIfAbsent(node.path("task").asText(), t -> new ArrayList<>())
          .add(node.path("name").asText());
    }
    return new EvalFolder(
        file, own.path("run"), scores, tasks, ItemLog.read(file.resolveSibling(ITEMS)));
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  private static Score score(JsonNode node) {
    JsonNode interval = node.path("interval_95");
    List<String> caveats = new ArrayList<>();
    node.path("not_comparable_because").forEach(caveat -> caveats.add(caveat.asText()));
    return new Score(
        node.path("task").asText(),
        node.path("title").asText(),
        node.path("metric").asText(),
        node.path("shots").asInt(),
        new Estimate(
            node.path("value").asDouble(),
            ResultsJson.number(node.path("stderr")),
            new Interval(interval.path(0).asDouble(), interval.path(1).asDouble()),
            node.path("documents").asInt()),
        caveats);
  }

  /// Whether the items of a line have its metric.
  boolean hasItems(Score score) {
    List<String> names = tasks.getOrDefault(score.task(), List.of(score.task()));
    return items.stream()
        .anyMatch(i -> names.contains(i.task()) && i.metrics().containsKey(score.metric()));
  }

  /// The items logged under `name`, by their document.
  Map<Integer, ItemResult> itemsOf(String name) {
    Map<Integer, ItemResult> found = new LinkedHashMap<>();
    items.stream()
        .filter(item -> item.task().equals(name))
        .forEach(item -> found.put(item.docId(), item));
    return found;
  }
}
