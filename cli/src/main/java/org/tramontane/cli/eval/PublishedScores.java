package org.tramontane.cli.eval;

import java.util.List;
import org.tramontane.spac.eval.task.LeaderboardTask;

/// Leaderboard figures of others, to look at beside one's own.
///
/// @param model whose
/// @param scores in percent: ARC, HellaSwag, MMLU, TruthfulQA, Winogrande, GSM8K
record PublishedScores(String model, List<Double> scores) {
  /// What [#SPIN] is, in words.
  static final String SOURCE =
      "Published: Zephyr-7B's SFT and DPO models and the iterations of SPIN, from SPIN's paper (arXiv 2401.01335, tables 3"
          + " to 5), computed with lm-evaluation-harness v0.4.0. They are of 7-billion-parameter models.";

  /// SPIN's paper, tables 3 to 5.
  static final List<PublishedScores> SPIN =
      List.of(
          new PublishedScores("Zephyr 7B SFT", List.of(60.41, 82.85, 60.92, 43.73, 74.19, 26.76)),
          new PublishedScores("Zephyr 7B DPO", List.of(63.65, 84.44, 58.52, 55.19, 72.61, 33.43)),
          new PublishedScores(
              "SPIN iteration 0", List.of(63.40, 84.38, 60.03, 49.18, 72.69, 35.10)),
          new PublishedScores(
              "SPIN iteration 1", List.of(65.19, 84.96, 59.34, 55.17, 72.30, 35.78)),
          new PublishedScores(
              "SPIN iteration 2", List.of(65.96, 85.41, 59.93, 54.91, 73.56, 38.06)),
          new PublishedScores(
              "SPIN iteration 3", List.of(65.87, 85.54, 59.99, 54.90, 73.72, 38.97)));

  /// Copies the list.
  PublishedScores {
    scores = List.copyOf(scores);
  }

  /// The score of one task.
  double of(LeaderboardTask task) {
    return scores.get(
        switch (task) {
          case ARC_CHALLENGE -> 0;
          case HELLASWAG -> 1;
          case MMLU -> 2;
          case TRUTHFULQA -> 3;
          case WINOGRANDE -> 4;
          case GSM8K -> 5;
        });
  }

  /// The mean of the six.
  double average() {
    return scores.stream().mapToDouble(score -> score).average().orElseThrow();
  }
}
