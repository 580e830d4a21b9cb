package org.tramontane.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.tensor.UserError;

/// Runs that are evaluated on the same pairs.
class PairTableTest {
  @TempDir Path dir;

  /// A run on two pairs with responses of 2 and 4, and of 1 and 1 tokens.
  private RunFiles run(String name, int seed, String start, String chosen, String pairs)
      throws IOException {
    Path folder = Files.createDirectory(dir.resolve(name + seed));
    Files.writeString(
        folder.resolve("run.json"),
        """
        {"status": "complete", "started_from": "sft",
         "config": {"method": "DPO", "run_name": "%s", "seed": %d},
         "data": {"sha256": "abc", "held_out":
           {"tokens_sha256": "%s", "chosen_tokens": [4, 1], "rejected_tokens": [2, 1]}},
         "evaluations": [
           {"after_round": 0, "logps_chosen": %s, "logps_rejected": [-6, -1]},
           {"after_round": 1, "logps_chosen": %s, "logps_rejected": [-6, -1]}]}
        """
            .formatted(name, seed, pairs, start, chosen));
    Files.writeString(folder.resolve("metrics.csv"), "round,step,loss\n1,1,0.5\n");
    return RunFiles.read(folder);
  }

  private static PairTable table(List<RunFiles> runs) {
    return RunComparison.of(runs).pairs().orElseThrow();
  }

  @Test
  void figuresOfPairs() throws IOException {
    RunFiles run = run("a", 1, "[-8, -3]", "[-7, -4]", "p");
    assertThat(PairFigure.MARGIN.of(run)).hasValue(new double[] {1, -1});
    assertThat(PairFigure.ACCURACY.of(run)).hasValue(new double[] {1, 0});
    // -7 < -6, but -7/4 > -6/2.
    assertThat(PairFigure.PREFERS.of(run)).hasValue(new double[] {0, 0});
    assertThat(PairFigure.PREFERS_PER_TOKEN.of(run)).hasValue(new double[] {1, 0});
    assertThat(PairFigure.CHOSEN.of(run)).hasValue(new double[] {-1.75, -4});
  }

  @Test
  void differencesSetSeedBesideSeed() throws IOException {
    PairTable table =
        table(
            List.of(
                run("a", 1, "[-8, -3]", "[-7, -4]", "p"),
                run("a", 2, "[-9, -3]", "[-9, -3]", "p"),
                // In another order.
                run("b", 2, "[-9, -3]", "[-6, 0]", "p"),
                run("b", 1, "[-8, -3]", "[-5, -2]", "p")));
    assertThat(table.differences()).hasSize(1);
    PairTable.Line line = table.differences().getFirst();
    assertThat(line.label()).isEqualTo("b - a");
    PairTable.Cell margin = Objects.requireNonNull(line.figures().get(PairFigure.MARGIN));
    // Seed 1: (2, 2); seed 2: (3, 3).
    assertThat(margin.pairs().mean()).isEqualTo(2.5);
    assertThat(margin.pairs().low()).isEqualTo(2);
    assertThat(margin.pairs().high()).isEqualTo(3);
    assertThat(margin.seeds().halfWidth()).isCloseTo(12.706 * 0.5, within(1e-9));
    assertThat(PairTable.rows(table.differences(), true).getFirst())
        .contains("+2.50 [+2.00, +3.00] *");
  }

  /// What is measured against the start has no difference where the starts are two models.
  @Test
  void startsHaveToBeTheSame() throws IOException {
    PairTable table =
        table(
            List.of(
                run("a", 1, "[-8, -3]", "[-7, -4]", "p"), run("b", 1, "[-9, -3]", "[-6, 0]", "p")));
    assertThat(table.differences().getFirst().figures())
        .containsOnlyKeys(PairFigure.PREFERS, PairFigure.PREFERS_PER_TOKEN, PairFigure.CHOSEN);
  }

  @Test
  void recordsThatContradictThemselvesAreRefused() throws IOException {
    RunFiles broken = run("a", 1, "[-8, -3]", "[-7]", "p");
    assertThatThrownBy(() -> table(List.of(broken)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run.json: logps_chosen has 2 entries where 1 held-out pairs");
  }

  /// JSON has no NaN.
  @Test
  void whatIsNotKnownIsNull() throws IOException {
    RunFiles run = run("a", 1, "[-8, -3]", "[-7, null]", "p");
    PairTable table = table(List.of(run));
    assertThat(table.toJson().toString()).doesNotContain("NaN").contains("\"mean\":null");
    assertThat(PairTable.rows(table.figures(), false).getFirst()).contains("-");
  }

  @Test
  void otherPairsAreNotCompared() throws IOException {
    RunComparison comparison =
        RunComparison.of(
            List.of(
                run("a", 1, "[-8, -3]", "[-7, -4]", "p"), run("b", 1, "[-8, -3]", "[-6, 0]", "q")));
    assertThat(comparison.pairs()).isEmpty();
    assertThat(comparison.notes()).anyMatch(note -> note.startsWith("NOT THE SAME HELD-OUT PAIRS"));
    assertThat(comparison.toMarkdown()).contains("| a   | sft ").doesNotContain("paired");
  }
}
