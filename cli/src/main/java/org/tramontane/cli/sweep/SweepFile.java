package org.tramontane.cli.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tramontane.cli.align.AlignArguments;
import org.tramontane.cli.align.RecipeFile;
import org.tramontane.tensor.UserError;

/// What a user writes to have several runs made with several seeds:
///
/// ```yaml
/// seeds: [1, 2, 3]
/// options:               # of every run, as a recipe has them
///   eval_split: 100
/// runs:
///   - name: sft
///     recipe: sft.yaml   # beside this file
///   - name: dpo
///     recipe: dpo.yaml
///     start: sft         # from the same seed's sft; without it from --model
///     options:           # win over the recipe's and over those above
///       beta: 0.05
/// ```
///
/// @param seeds one or more, each once
/// @param runs in order; a run stands behind the one it starts from
public record SweepFile(List<Long> seeds, List<Run> runs) {
  private static final Set<String> KEYS = Set.of("seeds", "options", "runs");
  private static final Set<String> RUN_KEYS = Set.of("name", "recipe", "start", "options");

  /// What the sweep itself decides.
  private static final Set<String> RESERVED =
      Set.of(
          "seed",
          "model",
          "data",
          "output",
          "overwrite",
          "resume",
          "run_name",
          "json",
          "dry_run",
          "plan");

  /// One of the runs.
  ///
  /// @param name of letters, digits, `.`, `_` and `-`: it becomes part of a folder's name
  /// @param arguments of `align` that the file decides, the recipe first
  /// @param start the run it starts from; empty for the sweep's `--model`
  public record Run(String name, List<String> arguments, Optional<String> start) {
    /// Takes a copy of the list.
    public Run {
      arguments = List.copyOf(arguments);
    }
  }

  /// Takes copies of the lists.
  public SweepFile {
    seeds = List.copyOf(seeds);
    runs = List.copyOf(runs);
  }

  /// The same runs with other seeds.
  public SweepFile withSeeds(List<Long> others) {
    return new SweepFile(others, runs);
  }

  /// Reads a file.
  ///
  /// @throws UserError naming file and key, if it cannot be read or says something that has no meaning
  public static SweepFile read(Path file) {
    JsonNode root = RecipeFile.read(file.toString());
    requireKeys(file, "", root, KEYS);
    List<Long> seeds = seeds(file, root.path("seeds"));
    List<String> common = options(file, "options", root.path("options"));
    if (!root.path("runs").isArray() || root.path("runs").isEmpty()) {
      throw new UserError(file + ": runs: a list of one run or more is needed");
    }
    List<Run> runs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode node : root.path("runs")) {
      Run run = run(file, "runs[" + runs.size() + "]", node, common);
      if (run.start().isPresent() && !names.contains(run.start().get())) {
        throw new UserError(
            "%s: run %s: start: there is no run '%s' above it"
                .formatted(file, run.name(), run.start().get()));
      }
      if (!names.add(run.name())) {
        throw new UserError("%s: two runs are called '%s'".formatted(file, run.name()));
      }
      runs.add(run);
    }
    return new SweepFile(seeds, runs);
  }

  private static List<Long> seeds(Path file, JsonNode node) {
    Set<Long> seeds = new LinkedHashSet<>();
    for (JsonNode seed : node) {
      if (!seed.isIntegralNumber() || !seeds.add(seed.asLong())) {
        throw new UserError(
            file + ": seeds: " + seed.asText() + " is not a whole number, or is there twice");
      }
    }
    if (!node.isArray() || seeds.isEmpty()) {
      throw new UserError(file + ": seeds: a list such as [1, 2, 3] is needed");
    }
    return List.copyOf(seeds);
  }

  private static Run run(Path file, String place, JsonNode node, List<String> common) {
    requireKeys(file, place + ".", node, RUN_KEYS);
    String name = node.path("name").asText();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new UserError(
          "%s: %s.name: '%s'; allowed are letters, digits, '.', '_' and '-'"
              .formatted(file, place, name));
    }
    List<String> arguments = new ArrayList<>();
    if (node.hasNonNull("recipe")) {
      Path recipe = file.toAbsolutePath().normalize().resolveSibling(node.path("recipe").asText());
      arguments.add("--recipe=" + recipe);
    }
    arguments.addAll(common);
    arguments.addAll(options(file, name + ": options", node.path("options")));
    return new Run(
        name,
        arguments,
        node.hasNonNull("start") ? Optional.of(node.path("start").asText()) : Optional.empty());
  }

  private static List<String> options(Path file, String place, JsonNode node) {
    List<String> options = new ArrayList<>();
    if (node.isMissingNode() || node.isNull()) {
      return options;
    }
    if (!node.isObject()) {
      throw new UserError(file + ": " + place + ": a list of 'key: value' lines is expected");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (RESERVED.contains(entry.getKey())) {
        throw new UserError(
            "%s: %s: %s is the sweep's own to say".formatted(file, place, entry.getKey()));
      }
      options.add(AlignArguments.option(file.toString(), entry.getKey(), entry.getValue()));
    }
    return options;
  }

  private static void requireKeys(Path file, String place, JsonNode node, Set<String> allowed) {
    if (!node.isObject()) {
      throw new UserError(
          file
              + ": "
              + place
              + " a list of 'key: value' lines is expected, with "
              + sorted(allowed));
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!allowed.contains(entry.getKey())) {
        throw new UserError(
            "%s: unknown key '%s%s'; allowed: %s"
                .formatted(file, place, entry.getKey(), sorted(allowed)));
      }
    }
  }

  private static String sorted(Set<String> keys) {
    return String.join(", ", keys.stream().sorted().toList());
  }
}
