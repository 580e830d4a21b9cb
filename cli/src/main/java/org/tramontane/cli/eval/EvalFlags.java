package org.tramontane.cli.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.AdapterMixin;
import org.tramontane.spac.eval.engine.Evaluator;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.Protocol;
import org.tramontane.spac.eval.task.TaskFiles;
import org.tramontane.tensor.BackendOptions.Blas;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.Scorer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What to evaluate, and how.
final class EvalFlags {
  @Mixin private AdapterMixin adapter;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the tasks' files, one folder per task; docs/evaluation.md says where they come from.")
  private @Nullable Path data;

  @Option(
      names = "--file",
      paramLabel = "TASK.SPLIT=FILE",
      description = "A split's file (or folder of files), instead of the one found in --data.")
  private Map<String, Path> files = new LinkedHashMap<>();

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "TASK",
      description =
          "Of arc_challenge, hellaswag, mmlu, truthfulqa, winogrande, gsm8k. Default: all six, if there is --data or"
              + " --file.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--protocol",
      paramLabel = "VERSION",
      description =
          "Version of lm-evaluation-harness to compute: v0.4.0 (default; SPIN's paper), or b281b09 (the leaderboard's own).")
  private String protocol = Protocol.V0_4_0.label();

  @Option(
      names = "--num-fewshot",
      paramLabel = "N",
      description =
          "Examples in each prompt instead of the leaderboard's number. TruthfulQA's prompt has no place for them, nor has"
              + " v0.4.0's Winogrande.")
  private @Nullable Integer shots;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N documents of each task (of MMLU, of each subject).")
  private @Nullable Integer limit;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "Tokens that the model reads at most. Default: its max_position_embeddings.")
  private @Nullable Integer maxLength;

  @Option(
      names = "--truncate",
      paramLabel = "left|error",
      description =
          "What to do with a context that is longer: cut its beginning off, as the harness does (default), or stop.")
  private String truncate = "left";

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "Tokens that are computed together (default: ${DEFAULT-VALUE}).")
  private int batchTokens = Scorer.DEFAULT_TOKEN_BUDGET;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      description = "Generations under way together (default: ${DEFAULT-VALUE}).")
  private int sequences = Generator.DEFAULT_SEQUENCES;

  @Option(
      names = "--blas",
      paramLabel = "java|auto",
      description =
          "Matrix products: java gives the same bits whatever else is in a batch (default); auto may be faster, and its"
              + " last bits may depend on the batch.")
  private Blas blas = Blas.JAVA;

  @Option(
      names = "--no-sharing",
      description =
          "Compute each request on its own, as the harness does; slower, to measure what sharing saves.")
  private boolean noSharing;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Also the perplexity on this text (UTF-8).")
  private @Nullable Path text;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description = "Also accuracy on these preference pairs (the formats of 'align').")
  private @Nullable Path pairs;

  @Option(
      names = "--reference",
      paramLabel = "DIR",
      description =
          "For --pairs: the checkpoint that implicit rewards are measured against; gives margin and win rate.")
  private @Nullable Path reference;

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "Of the implicit reward (default: ${DEFAULT-VALUE}).")
  private double beta = 0.1;

  /// The tasks to run, in the leaderboard's order.
  List<LeaderboardTask> tasks() {
    List<LeaderboardTask> named = tasks.stream().map(LeaderboardTask::of).toList();
    if (!named.isEmpty() && data == null && files.isEmpty()) {
      throw new UserError("--tasks needs --data DIR, or --file for each split");
    }
    List<LeaderboardTask> all =
        data == null && files.isEmpty() ? List.of() : List.of(LeaderboardTask.values());
    List<LeaderboardTask> wanted = named.isEmpty() ? all : named;
    if (wanted.isEmpty() && text == null && pairs == null) {
      throw new UserError("nothing to evaluate: give --data DIR, --text FILE or --pairs FILE");
    }
    return Arrays.stream(LeaderboardTask.values()).filter(wanted::contains).toList();
  }

  TaskFiles files() {
    for (String key : files.keySet()) {
      int dot = key.indexOf('.');
      LeaderboardTask task = LeaderboardTask.of(dot < 0 ? key : key.substring(0, dot));
      String split = key.substring(dot + 1);
      if (!split.equals(task.split()) && !task.poolSplit().filter(split::equals).isPresent()) {
        throw new UserError(
            "--file "
                + key
                + ": known are "
                + task.label()
                + "."
                + task.split()
                + task.poolSplit().map(pool -> " and " + task.label() + "." + pool).orElse(""));
      }
    }
    return new TaskFiles(data == null ? Path.of("") : data, files);
  }

  Protocol protocol() {
    return Protocol.of(protocol);
  }

  /// Examples in each prompt of `task`.
  int shots(LeaderboardTask task) {
    if (shots != null && shots < 0) {
      throw new UserError("--num-fewshot " + shots + ": allowed are 0 or more");
    }
    return shots == null || !task.showsExamples(protocol()) ? task.shots(protocol()) : shots;
  }

  /// Of the tasks, those whose prompt has no place for the examples that `--num-fewshot` asks for.
  List<LeaderboardTask> tasksWithoutExamples() {
    return shots == null
        ? List.of()
        : tasks().stream().filter(task -> !task.showsExamples(protocol())).toList();
  }

  OptionalInt limit() {
    if (limit != null && limit < 1) {
      throw new UserError("--limit " + limit + ": allowed are 1 or more");
    }
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }

  /// Tokens at most, for a model that takes `most`.
  int maxLength(int most) {
    if (maxLength != null && (maxLength < 1 || maxLength > most)) {
      throw new UserError(
          "--max-length " + maxLength + ": the model's max_position_embeddings allow 1 to " + most);
    }
    return maxLength == null ? most : maxLength;
  }

  boolean truncates() {
    return switch (truncate) {
      case "left" -> true;
      case "error" -> false;
      default -> throw new UserError("--truncate " + truncate + ": allowed are left and error");
    };
  }

  Evaluator.Options options() {
    if (batchTokens < 1 || sequences < 1) {
      throw new UserError("--batch-tokens and --sequences: allowed are 1 or more");
    }
    return new Evaluator.Options(batchTokens, sequences, !noSharing);
  }

  Blas blas() {
    return blas;
  }

  @Nullable Path text() {
    return text;
  }

  @Nullable Path pairs() {
    return pairs;
  }

  @Nullable Path reference() {
    if (reference != null && pairs == null) {
      throw new UserError("--reference belongs to --pairs");
    }
    return reference;
  }

  double beta() {
    if (!(beta > 0)) {
      throw new UserError("--beta " + beta + ": allowed are numbers above 0");
    }
    return beta;
  }

  /// What is on the model.
  AdapterMixin adapter() {
    return adapter;
  }
}
