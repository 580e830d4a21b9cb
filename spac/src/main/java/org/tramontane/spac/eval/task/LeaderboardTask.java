package org.tramontane.spac.eval.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tramontane.spac.eval.data.EvalRow;
import org.tramontane.tensor.UserError;

/// The six tasks of the Open LLM Leaderboard (v1).
public enum LeaderboardTask {
  /// AI2 Reasoning Challenge (Clark et al. 2018, arXiv 1803.05457), the harder set.
  ARC_CHALLENGE("arc_challenge", "ARC", 25, "acc_norm", "test", 1172, "train", 1119),
  /// Which ending fits (Zellers et al. 2019, arXiv 1905.07830).
  HELLASWAG("hellaswag", "HellaSwag", 10, "acc_norm", "validation", 10042, "train", 39905),
  /// 57 subjects (Hendrycks et al. 2021, arXiv 2009.03300), each with five examples of its own.
  MMLU("mmlu", "MMLU", 5, "acc", "test", 14042, "dev", 285),
  /// Questions that people answer wrongly (Lin et al. 2022, arXiv 2109.07958).
  TRUTHFULQA("truthfulqa", "TruthfulQA", 0, "mc2", "validation", 817, "", 0),
  /// Whom a gap stands for (Sakaguchi et al. 2019, arXiv 1907.10641).
  WINOGRANDE("winogrande", "Winogrande", 5, "acc", "validation", 1267, "train", 40398),
  /// Grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168).
  GSM8K("gsm8k", "GSM8K", 5, "acc", "test", 1319, "train", 7473);

  private final String label;
  private final String title;
  private final int shots;
  private final String metric;
  private final String split;
  private final int size;
  private final String poolSplit;
  private final int poolSize;

  LeaderboardTask(
      String label,
      String title,
      int shots,
      String metric,
      String split,
      int size,
      String poolSplit,
      int poolSize) {
    this.label = label;
    this.title = title;
    this.shots = shots;
    this.metric = metric;
    this.split = split;
    this.size = size;
    this.poolSplit = poolSplit;
    this.poolSize = poolSize;
  }

  /// The name on the command line and in files.
  public String label() {
    return label;
  }

  /// The name in tables.
  public String title() {
    return title;
  }

  /// The number of few-shot examples that a published figure has.
  public int shots(Protocol protocol) {
    return showsExamples(protocol) ? shots : 0;
  }

  /// Whether prompts show examples. TruthfulQA's has its own instead. For Winogrande, v0.4.0 draws them and then leaves
  /// them out: its `construct_requests` takes each choice as the whole context where a task has several contexts.
  public boolean showsExamples(Protocol protocol) {
    return switch (this) {
      case ARC_CHALLENGE, HELLASWAG, MMLU, GSM8K -> true;
      case TRUTHFULQA -> false;
      case WINOGRANDE ->
          switch (protocol) {
            case B281B09 -> true;
            case V0_4_0 -> false;
          };
    };
  }

  /// The metric that enters the leaderboard's average.
  public String metric() {
    return metric;
  }

  /// The split whose documents are scored.
  public String split() {
    return split;
  }

  /// How many documents that split has.
  public int size() {
    return size;
  }

  /// The split that few-shot examples come from; empty for the task that has none.
  public Optional<String> poolSplit() {
    return poolSplit.isEmpty() ? Optional.empty() : Optional.of(poolSplit);
  }

  /// How many documents the pool has.
  public int poolSize() {
    return poolSize;
  }

  /// Whether the examples are the pool's first ones, in its order, rather than drawn.
  boolean takesFirst() {
    return this == MMLU;
  }

  /// Whether v0.4.0 draws one example more than it shows: it does so where its settings name neither the pool's split nor
  /// a test split, because it then takes the two for the same.
  boolean drawsOneMore() {
    return this == HELLASWAG;
  }

  /// The document of a row.
  ///
  /// @throws UserError if the row lacks something; the message names file, row and key
  public Doc parse(EvalRow row) {
    return switch (this) {
      case ARC_CHALLENGE -> DocReader.arc(row);
      case HELLASWAG -> DocReader.hellaSwag(row);
      case MMLU -> DocReader.mmlu(row);
      case TRUTHFULQA -> DocReader.truthfulQa(row);
      case WINOGRANDE -> DocReader.winogrande(row);
      case GSM8K -> DocReader.gsm8k(row);
    };
  }

  /// The documents of `rows`, in their order.
  public List<Doc> parse(List<EvalRow> rows) {
    return rows.stream().map(this::parse).toList();
  }

  /// The task called `label`.
  ///
  /// @throws UserError if there is none
  public static LeaderboardTask of(String label) {
    return Arrays.stream(values())
        .filter(task -> task.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "no task is called '"
                        + label
                        + "'; known are "
                        + Arrays.stream(values())
                            .map(LeaderboardTask::label)
                            .collect(Collectors.joining(", "))));
  }
}
