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
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tramontane.cli.align.RunRemains;
import org.tramontane.cli.sweep.Sweep.Status;
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
  private static final String SECONDS = "seconds";
  private static final int SHOWN = 3;

  /// What is there of a planned run.
  enum Present {
    /// Nothing to keep.
    NOTHING,
    /// The model of a round that was not the last, or checkpoints of which none is whole: it is begun anew.
    PART,
    /// A checkpoint of a run that was stopped or failed: it goes on from there.
    RESUMABLE,
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
  /// @throws UserError if its folder, or the one beside it with its checkpoints, holds what this plan would not make
  Present present(PlannedRun run) {
    boolean checkpoints = RunRemains.hasCheckpoints(run.folder());
    if (!Files.exists(run.folder()) && !checkpoints) {
      return Present.NOTHING;
    }
    List<Path> places = new ArrayList<>();
    if (Files.exists(run.folder())) {
      places.add(run.folder());
    }
    if (checkpoints) {
      places.add(RunRemains.running(run.folder()));
    }
    String where = String.join(" and ", places.stream().map(Path::toString).toList());
    JsonNode entry = root.path("runs").path(run.id());
    if (entry.isMissingNode()) {
      throw new UserError(
          where
              + " is there, and this sweep has not made it: move it away, or name another --output");
    }
    List<String> changes = changes(entry.path("inputs"), run.inputs());
    if (!changes.isEmpty()) {
      throw new UserError(
          "%s was made with other inputs: %s. Delete it to have it made anew, or name another --output"
              .formatted(where, String.join("; ", changes)));
    }
    if (RunRemains.isComplete(run.folder())) {
      return Present.COMPLETE;
    }
    return RunRemains.canResume(run.folder()) ? Present.RESUMABLE : Present.PART;
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

  /// Notes that `run` begins, or goes on.
  void begin(PlannedRun run, boolean resumed) {
    double before = resumed ? root.path("runs").path(run.id()).path(SECONDS).asDouble() : 0;
    ObjectNode entry = root.withObject("runs").putObject(run.id());
    entry.put("name", run.name()).put("seed", run.seed()).put("status", "begun");
    entry.put("command", SweepPlan.shell(run.arguments()));
    ObjectNode inputs = entry.putObject("inputs");
    run.inputs().forEach(inputs::put);
    if (before > 0) {
      entry.put(SECONDS, before);
    }
    write();
  }

  /// Notes how `run` ended.
  ///
  /// @param seconds since it began or went on; those before are added
  void end(PlannedRun run, Status status, double seconds) {
    ObjectNode entry = root.withObject("runs").withObject(run.id());
    entry.put("status", status.name().toLowerCase(Locale.ROOT));
    entry.put(SECONDS, entry.path(SECONDS).asDouble() + seconds);
    write();
  }

  private void write() {
    AtomicFiles.writeString(file, root.toPrettyString() + "\n");
  }

  /// Mean seconds of complete runs, by name.
  Map<String, Double> secondsByName() {
    Map<String, List<Double>> all = new HashMap<>();
    for (JsonNode entry : root.path("runs")) {
      if (entry.path("status").asText().equals("complete") && entry.has(SECONDS)) {
        all.computeIfAbsent(entry.path("name").asText(), name -> new ArrayList<>())
            .add(entry.path(SECONDS).asDouble());
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
