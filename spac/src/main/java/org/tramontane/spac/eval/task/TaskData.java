package org.tramontane.spac.eval.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tramontane.spac.eval.data.EvalRow;
import org.tramontane.spac.eval.data.EvalRows;
import org.tramontane.tensor.UserError;

/// The documents of a task, or of one of MMLU's subjects.
///
/// @param task which of the six
/// @param subject of MMLU; empty for the others
/// @param docs the scored split, in the order of its file
/// @param pool what examples are drawn from
/// @param caveats why a figure from these documents can't be set beside published ones; empty if it can
public record TaskData(
    LeaderboardTask task, String subject, List<Doc> docs, List<Doc> pool, List<String> caveats) {
  /// Copies the lists.
  public TaskData {
    docs = List.copyOf(docs);
    pool = List.copyOf(pool);
    caveats = List.copyOf(caveats);
  }

  /// Reads a task's files.
  ///
  /// A pool of fewer documents than `shots` is completed by the last documents of the scored split, which are then not
  /// scored; a caveat says so.
  ///
  /// @param shots examples that a prompt will show
  /// @return one, or of MMLU one for each subject
  /// @throws UserError if a file is missing or a row broken; the message names file and row
  public static List<TaskData> read(LeaderboardTask task, TaskFiles files, int shots) {
    List<EvalRow> scored = rows(files.find(task, task.split()));
    List<EvalRow> examples =
        shots == 0
            ? List.of()
            : task.poolSplit().map(split -> rows(files.find(task, split))).orElse(List.of());
    List<String> caveats = new ArrayList<>();
    if (scored.size() != task.size()) {
      caveats.add(
          "the %s split has %d documents, the published one %d"
              .formatted(task.split(), scored.size(), task.size()));
    }
    if (shots > 0 && examples.size() != task.poolSize()) {
      caveats.add(
          "the few-shot pool has %d documents, the published one %d"
              .formatted(examples.size(), task.poolSize()));
    }
    if (task == LeaderboardTask.HELLASWAG && scored.getFirst().has("query")) {
      caveats.add("contexts come joined, so their capital letters may differ");
    }
    return task == LeaderboardTask.MMLU
        ? bySubject(task, scored, examples, caveats)
        : List.of(whole(task, scored, examples, shots, caveats));
  }

  private static List<EvalRow> rows(List<Path> files) {
    return files.stream().flatMap(file -> EvalRows.read(file).stream()).toList();
  }

  private static TaskData whole(
      LeaderboardTask task,
      List<EvalRow> scored,
      List<EvalRow> examples,
      int shots,
      List<String> caveats) {
    List<Doc> docs = task.parse(scored);
    List<Doc> pool = new ArrayList<>(task.parse(examples));
    int missing = task.poolSplit().isEmpty() ? 0 : Math.max(0, shots - pool.size());
    if (missing >= docs.size()) {
      throw new UserError(
          scored.getFirst().where()
              + " and its split: "
              + docs.size()
              + " documents can't complete a few-shot pool that lacks "
              + missing);
    }
    if (missing > 0) {
      caveats.add("the last %d documents complete the pool and are not scored".formatted(missing));
      pool.addAll(docs.subList(docs.size() - missing, docs.size()));
      docs = docs.subList(0, docs.size() - missing);
    }
    return new TaskData(task, "", docs, pool, caveats);
  }

  private static List<TaskData> bySubject(
      LeaderboardTask task, List<EvalRow> scored, List<EvalRow> examples, List<String> caveats) {
    Map<String, List<Doc>> pools = group(task, examples);
    List<TaskData> subjects = new ArrayList<>();
    group(task, scored)
        .forEach(
            (subject, docs) ->
                subjects.add(
                    new TaskData(
                        task, subject, docs, pools.getOrDefault(subject, List.of()), caveats)));
    return subjects;
  }

  private static Map<String, List<Doc>> group(LeaderboardTask task, List<EvalRow> rows) {
    Map<String, List<Doc>> subjects = new LinkedHashMap<>();
    for (EvalRow row : rows) {
      subjects.computeIfAbsent(row.text("subject"), s -> new ArrayList<>()).add(task.parse(row));
    }
    return subjects;
  }

  /// The prompts of the first `limit` documents.
  ///
  /// @throws UserError if the pool has fewer documents than `shots`
  public List<EvalItem> items(Protocol protocol, int shots, int limit) {
    String description = subject.isEmpty() ? "" : Prompts.mmluDescription(subject);
    return new Prompts(protocol, task, shots).items(description, docs, pool, limit);
  }

  /// The harness's name for the task.
  public String name(Protocol protocol) {
    return switch (task) {
      case ARC_CHALLENGE, HELLASWAG, WINOGRANDE, GSM8K -> task.label();
      case MMLU ->
          switch (protocol) {
            case B281B09 -> "hendrycksTest-" + subject;
            case V0_4_0 -> "mmlu_" + subject;
          };
      case TRUTHFULQA -> "truthfulqa_mc";
    };
  }
}
