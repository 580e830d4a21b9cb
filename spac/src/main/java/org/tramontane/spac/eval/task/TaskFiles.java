package org.tramontane.spac.eval.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tramontane.spac.data.Sha256;
import org.tramontane.spac.eval.data.EvalRows;
import org.tramontane.tensor.UserError;

/// Where the files of tasks lie: those that the user named one by one, and else those found in a folder.
///
/// In the folder, each task has its own (`arc_challenge` or `arc`, `hellaswag`, `mmlu`, `truthfulqa`, `winogrande`,
/// `gsm8k`, or the path that the Hub uses), and a file's name has the split in it: `test.jsonl`, `arc.test.jsonl.gz`,
/// `test-00000-of-00001.parquet`, or a folder `test` of CSV files.
///
/// @param folder of all tasks
/// @param named files by `task.split`, which win over the folder's
public record TaskFiles(Path folder, Map<String, Path> named) {
  /// Copies the map.
  public TaskFiles {
    named = Map.copyOf(named);
  }

  /// The files of a split, in order; several where the split was cut into numbered parts.
  ///
  /// @throws UserError if there is none, or it is not clear which
  public List<Path> find(LeaderboardTask task, String split) {
    String key = task.label() + "." + split;
    Path file = named.get(key);
    if (file != null) {
      return List.of(file);
    }
    for (String name : foldersOf(task)) {
      Path place = folder.resolve(name);
      if (Files.isDirectory(place)) {
        List<Path> found = matching(place, split);
        if (!found.isEmpty()) {
          return only(found, key);
        }
      }
    }
    throw new UserError(
        "no "
            + split
            + " split of "
            + task.label()
            + " in "
            + folder
            + " (looked in "
            + String.join(", ", foldersOf(task))
            + "); name it with --file "
            + key
            + "=FILE");
  }

  /// SHA-256 of the files of a split, one after the other.
  public String sha256(LeaderboardTask task, String split) {
    return Sha256.of(
        find(task, split).stream().flatMap(f -> EvalRows.filesAt(f).stream()).toList());
  }

  private static List<String> foldersOf(LeaderboardTask task) {
    return switch (task) {
      case ARC_CHALLENGE ->
          List.of("arc_challenge", "arc", "ai2_arc/ARC-Challenge", "ARC-Challenge");
      case HELLASWAG -> List.of("hellaswag", "hellaswag/data");
      case MMLU -> List.of("mmlu", "mmlu/all");
      case TRUTHFULQA ->
          List.of("truthfulqa", "truthfulqa/multiple_choice", "truthful_qa/multiple_choice");
      case WINOGRANDE -> List.of("winogrande", "winogrande/winogrande_xl");
      case GSM8K -> List.of("gsm8k", "gsm8k/main");
    };
  }

  private static List<Path> matching(Path place, String split) {
    String names = split.equals("validation") ? "validation|valid|val|mc_task" : split;
    Pattern pattern =
        Pattern.compile(
            "(.*[._-])?(" + names + ")\\d*(-\\d+-of-\\d+)?\\.(jsonl|json|csv|parquet)(\\.gz)?");
    try (Stream<Path> files = Files.list(place)) {
      return files
          .filter(
              file ->
                  Files.isDirectory(file)
                      ? file.endsWith(split)
                      : pattern.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UserError(place + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> only(List<Path> found, String key) {
    long whole =
        found.stream()
            .map(file -> file.getFileName().toString().replaceAll("-\\d+-of-", "-of-"))
            .distinct()
            .count();
    if (whole > 1) {
      throw new UserError(
          "which is " + key + "? " + found + "; name one with --file " + key + "=FILE");
    }
    return found;
  }
}
