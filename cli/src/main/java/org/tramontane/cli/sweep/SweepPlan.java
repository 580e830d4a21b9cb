package org.tramontane.cli.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tramontane.cli.align.AlignArguments;
import org.tramontane.cli.align.ModelDigest;
import org.tramontane.cli.align.PlaceOptions;
import org.tramontane.spac.data.Sha256;
import org.tramontane.tensor.UserError;

/// Every run of a sweep with everything that decides what comes out of it.
///
/// All runs of the first seed come first, then those of the next: a sweep that is cut short has compared all methods on some
/// seeds, and not one method on all, and after the first seed it is known how long each run takes.
///
/// @param runs in the order in which they are made
record SweepPlan(List<PlannedRun> runs) {

  /// What is a command's own to say, and would keep a run of a sweep from being one.
  private static final List<String> NOT_IN_RECIPES =
      List.of("dry_run", "plan", "json", "resume", "overwrite");

  /// One run with one seed.
  ///
  /// @param name of the run in the sweep's file
  /// @param folder that it leaves
  /// @param arguments of the whole command, `align` first
  /// @param inputs what decides the result: options with their defaults, digests of data and model; by name
  /// @param start the folder name of the run that it starts from, if that is one of the sweep's
  record PlannedRun(
      String name,
      long seed,
      Path folder,
      List<String> arguments,
      SortedMap<String, String> inputs,
      Optional<String> start) {

    /// By which the run is known in messages and in the sweep's state.
    String id() {
      return id(name, seed);
    }

    static String id(String name, long seed) {
      return name + "-seed" + seed;
    }

    /// A digest of all inputs.
    String digest() {
      return Sha256.by(
          digest ->
              inputs.forEach(
                  (key, value) ->
                      digest.update((key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8))));
    }
  }

  /// Takes a copy of the list.
  SweepPlan {
    runs = List.copyOf(runs);
  }

  /// Where a sweep's models, data and results lie.
  ///
  /// @param further arguments of every run, such as `--threads`
  record Place(Path model, Path data, Path output, List<String> further) {
    /// Takes a copy of the list.
    Place {
      further = List.copyOf(further);
    }
  }

  /// The plan of a file. All options of all runs are read and checked here, so that what `align` would refuse is known before
  /// the first run begins.
  ///
  /// @throws UserError naming the run, if its options have no meaning
  static SweepPlan of(SweepFile file, Place place) {
    String data = Sha256.of(place.data());
    String model = ModelDigest.of(place.model());
    // A file or folder that several runs name is read once.
    Map<Path, String> models = new HashMap<>();
    Map<Path, String> evalData = new HashMap<>();
    Map<String, PlannedRun> byId = new HashMap<>();
    List<PlannedRun> runs = new ArrayList<>();
    for (long seed : file.seeds()) {
      for (SweepFile.Run run : file.runs()) {
        Optional<PlannedRun> start = run.start().map(name -> byId.get(PlannedRun.id(name, seed)));
        Path folder = place.output().resolve(PlannedRun.id(run.name(), seed));
        List<String> arguments = new ArrayList<>(List.of("align"));
        arguments.addAll(run.arguments());
        arguments.addAll(place.further());
        arguments.addAll(
            List.of(
                "--run-name=" + run.name(),
                "--seed=" + seed,
                "--model=" + start.map(PlannedRun::folder).orElse(place.model()),
                "--data=" + place.data(),
                "--output=" + folder));
        ObjectNode config = config(run.name(), arguments);
        SortedMap<String, String> inputs = inputs(config);
        start.ifPresent(first -> requireCheckpoint(run.name(), first));
        inputs.put("data sha256", data);
        inputs.put("start", start.map(PlannedRun::id).orElse("--model"));
        inputs.put("start sha256", start.map(PlannedRun::digest).orElse(model));
        for (String other : List.of("reference", "previous", "adapter")) {
          if (config.has(other)) {
            Path folderOfOther = Path.of(config.path(other).asText());
            inputs.put(other + " sha256", models.computeIfAbsent(folderOfOther, ModelDigest::of));
          }
        }
        if (config.has("eval_data")) {
          inputs.put(
              "eval data sha256",
              evalData.computeIfAbsent(Path.of(config.path("eval_data").asText()), Sha256::of));
        }
        PlannedRun planned =
            new PlannedRun(
                run.name(),
                seed,
                folder,
                List.copyOf(arguments),
                inputs,
                start.map(PlannedRun::id));
        byId.put(planned.id(), planned);
        runs.add(planned);
      }
    }
    return new SweepPlan(runs);
  }

  private static ObjectNode config(String name, List<String> arguments) {
    ObjectNode config;
    try {
      config = AlignArguments.read(arguments.subList(1, arguments.size()));
    } catch (UserError e) {
      throw new UserError("run " + name + ": " + e.getMessage(), e);
    }
    for (String key : NOT_IN_RECIPES) {
      if (config.path(key).asBoolean()) {
        throw new UserError(
            "run %s: its recipe says '%s: true', which is the sweep's own to say; take it out"
                .formatted(name, key));
      }
    }
    return config;
  }

  /// Options that decide the bits; the number of threads is one of them.
  private static SortedMap<String, String> inputs(ObjectNode config) {
    SortedMap<String, String> inputs = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      if (!PlaceOptions.has(entry.getKey())) {
        inputs.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return inputs;
  }

  private static void requireCheckpoint(String name, PlannedRun start) {
    if (start.inputs().getOrDefault("use_peft", "").equals("true")
        || start.inputs().containsKey("adapter sha256")) {
      throw new UserError(
          "run %s: start: %s leaves an adapter and no checkpoint, so nothing can start from it here; 'tramontane merge' makes one"
              .formatted(name, start.name()));
    }
  }

  /// A command as it can be pasted into a shell.
  static String shell(List<String> arguments) {
    return "tramontane "
        + String.join(
            " ",
            arguments.stream()
                .map(word -> word.matches("[-A-Za-z0-9_=./,:+@%]+") ? word : quoted(word))
                .toList());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
