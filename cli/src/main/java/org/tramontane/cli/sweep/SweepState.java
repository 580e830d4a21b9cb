package org.tramontane.cli.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.cli.sweep.SweepPlan.PlannedRun;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.io.AtomicFiles;

/// `sweep.json`: which runs a sweep has begun, with all that decides what comes out of each, and how they ended.
///
/// A run's entry is written before the run begins. So a folder without an entry is not of this sweep, and one whose entry has
/// other inputs is of another version of it; both are refused, and neither is replaced.
final class SweepState {
  /// The file's name.
  static final String FILE = "sweep.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 3;

  /// What is there of a planned run.
  enum Present {
    /// Nothing.
    NOTHING,
    /// A checkpoint of a round that was not the last, or metrics of a run that was stopped.
    PART,
    /// All of it.
    COMPLETE
  }

  private final Path file;
  private final ObjectNode root;

  private SweepState(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /// The state in an output folder; an empty one where there is none.
  static SweepState open(Path output) {
    Path file = output.resolve(FILE);
    if (!Files.exists(file)) {
      return new SweepState(file, JSON.createObjectNode());
    }
    try {
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode root) {
        return new SweepState(file, root);
      }
      throw new UserError(file + ": not the state of a sweep: one JSON object is expected");
    } catch (JsonProcessingException e) {
      throw new UserError(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// What is there of `run`.
  ///
  /// @throws UserError if its folder holds what this plan would not make
  Present present(PlannedRun run) {
    if (!Files.exists(run.folder())) {
      return Present.NOTHING;
    }
    JsonNode entry = root.path("runs").path(run.id());
    if (entry.isMissingNode()) {
      throw new UserError(
          run.folder()
              + " is there, and this sweep has not made it: move it away, or name another --output");
    }
    List<String> changes = changes(entry.path("inputs"), run.inputs());
    if (!changes.isEmpty()) {
      throw new UserError(
          "%s was made with other inputs: %s. Delete it to have it made anew, or name another --output"
              .formatted(run.folder(), String.join("; ", changes)));
    }
    return RunFiles.isRun(run.folder())
            && RunFiles.read(run.folder()).run().path("status").asText().equals("complete")
        ? Present.COMPLETE
        : Present.PART;
  }

  /// In words, the first few.
  private static List<String> changes(JsonNode then, SortedMap<String, String> now) {
    SortedMap<String, String> before = new TreeMap<>();
    then.properties().forEach(entry -> before.put(entry.getKey(), entry.getValue().asText()));
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      String a = before.getOrDefault(key, "not set");
      String b = now.getOrDefault(key, "not set");
      if (!a.equals(b)) {
        changes.add(
            key.endsWith("sha256")
                ? key + " is another"
                : "%s was %s and is %s".formatted(key, a, b));
      }
    }
    int more = changes.size() - SHOWN;
    if (more > 0) {
      changes.subList(SHOWN, changes.size()).clear();
      changes.add("and " + more + " more");
    }
    return changes;
  }

  /// Notes that `run` begins.
  void begin(PlannedRun run) {
    ObjectNode entry = root.withObject("runs").putObject(run.id());
    entry.put("name", run.name()).put("seed", run.seed()).put("status", "begun");
    entry.put("command", SweepPlan.shell(run.arguments()));
    ObjectNode inputs = entry.putObject("inputs");
    run.inputs().forEach(inputs::put);
    write();
  }

  /// Notes how `run` ended.
  void end(PlannedRun run, boolean complete, double seconds) {
    ObjectNode entry = root.withObject("runs").withObject(run.id());
    entry.put("status", complete ? "complete" : "failed").put("seconds", seconds);
    write();
  }

  private void write() {
    AtomicFiles.writeString(file, root.toPrettyString() + "\n");
  }

  /// Mean seconds of complete runs, by name.
  Map<String, Double> secondsByName() {
    Map<String, List<Double>> all = new HashMap<>();
    for (JsonNode entry : root.path("runs")) {
      if (entry.path("status").asText().equals("complete") && entry.has("seconds")) {
        all.computeIfAbsent(entry.path("name").asText(), name -> new ArrayList<>())
            .add(entry.path("seconds").asDouble());
      }
    }
    Map<String, Double> means = new HashMap<>();
    all.forEach(
        (name, seconds) ->
            means.put(
                name, seconds.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return means;
  }
}
