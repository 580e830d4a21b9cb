package org.tramontane.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.cli.report.RunFiles;
import org.tramontane.cli.report.RunReport;
import org.tramontane.tensor.UserError;

class RunComparisonTest {
  @TempDir Path dir;

  private RunFiles run(String name, String method, int seed, String lambda, double accuracy)
      throws IOException {
    Path folder = Files.createDirectory(dir.resolve(name));
    Files.writeString(
        folder.resolve("run.json"),
        """
        {"status": "complete", "started": "2026-01-01T00:00:00Z",
         "config": {"method": "%s", "seed": %d, "lambda": "%s", "output": "%s", "model": "sft-%d"},
         "data": {"path": "<d>.jsonl", "sha256": "abc", "train_rows": 5, "held_out_rows": 2},
         "evaluations": [
           {"after_round": 0, "accuracy": 0.5, "margin": 0, "drift": 0},
           {"after_round": 1, "accuracy": %s, "margin": 1.5, "drift": 2,
            "margin_histogram": {"low": -1, "high": 3, "counts": [1, 0, 2, 1]}}],
         "probes": [
           {"after_round": 0, "kl": 0, "kl_standard_error": 0, "responses": 1, "max_new_tokens": 4,
            "samples": [{"prompt": "<b>p</b>", "response": "old"}]},
           {"after_round": 1, "kl": 3.25, "kl_standard_error": 0.5, "responses": 1, "max_new_tokens": 4,
            "samples": [{"prompt": "<b>p</b>", "response": "new"}]}],
         "seconds": {"training": 3, "writing": 1, "total": 4}}
        """
            .formatted(method, seed, lambda, name, seed, accuracy));
    Files.writeString(
        folder.resolve("metrics.csv"),
        "round,step,loss,tokens,rewards/margins,seconds\n1,1,0.75,100,,0.5\n1,2,0.25,300,1.5,0.5\n");
    return RunFiles.read(folder);
  }

  @Test
  void seedsOfOneMethodAreOneRow() throws IOException {
    RunComparison comparison =
        RunComparison.of(
            List.of(
                run("s1", "SPAC", 1, "1", 0.8),
                run("d1", "DPO", 1, "1", 0.7),
                run("s2", "SPAC", 2, "1", 0.9),
                run("s3", "SPAC", 3, "1", 0.85)));
    assertThat(comparison.groups()).extracting(RunGroup::label).containsExactly("spac", "dpo");
    assertThat(comparison.groups().getFirst().seeds()).containsExactly("1", "2", "3");
    // t(0.975, 2) = 4.303 times the standard error 0.05 / sqrt(3).
    assertThat(comparison.toMarkdown().lines())
        .hasSize(4)
        .anyMatch(
            line ->
                line.startsWith("| spac | -     | 1, 2, 3 |") && line.contains(" 0.850 ± 0.124 |"))
        .anyMatch(
            line -> line.startsWith("| dpo  | -     | 1       |") && line.contains(" 0.700 |"));
    ObjectNode json = comparison.toJson();
    assertThat(json.at("/groups/0/figures/held-out accuracy/half_width_95").asDouble())
        .isCloseTo(4.303 * 0.05 / Math.sqrt(3), within(1e-12));
    assertThat(json.at("/groups/1/figures/loss/mean").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/groups/1/figures/loss/half_width_95").isNull()).isTrue();
    assertThat(json.at("/groups/1/figures/tokens~1s/mean").asDouble()).isEqualTo(400);
  }

  /// A critic's loss is not a policy's.
  @Test
  void lossIsOfTheLastPlayer() throws IOException {
    Path folder = run("g", "SPAC", 1, "1", 0.8).folder();
    Files.writeString(
        folder.resolve("metrics.csv"), "step,loss,phase\n1,100,1\n2,100,1\n1,3,2\n2,5,2\n");
    assertThat(RunFigure.LOSS.of(RunFiles.read(folder))).isEqualTo(4);
  }

  @Test
  void optionsTellRowsApart() throws IOException {
    RunComparison comparison =
        RunComparison.of(List.of(run("a", "SPAC", 1, "1", 0.8), run("b", "SPAC", 1, "5", 0.9)));
    assertThat(comparison.groups())
        .extracting(RunGroup::label)
        .containsExactly("spac (lambda=1)", "spac (lambda=5)");
  }

  @Test
  void theSameSeedTwiceIsNoSample() throws IOException {
    RunComparison comparison =
        RunComparison.of(List.of(run("a", "DPO", 1, "1", 0.8), run("b", "DPO", 1, "1", 0.8)));
    assertThat(comparison.groups())
        .hasSize(2)
        .allMatch(group -> group.label().startsWith("dpo in "));
  }

  @Test
  void pages() throws IOException {
    RunFiles first = run("a", "DPO", 1, "1", 0.8);
    String report = RunReport.of(first).toHtml();
    assertThat(report)
        .contains("<h1>DPO: sft-1</h1>", "&lt;b&gt;p&lt;/b&gt;", "old", "new", "3.250", "abc")
        .contains("2 from 1 to 2", "rewards/margins", "training")
        .doesNotContain("<b>p", "http://", "https://", "NaN");
    String page =
        ComparisonPage.of(RunComparison.of(List.of(first, run("b", "SPAC", 1, "1", 0.9)))).toHtml();
    assertThat(page)
        .contains("<polyline", ">dpo <output>", ">spac <output>", "0.900")
        .doesNotContain("http://", "https://", "NaN");
  }

  @Test
  void intervals() {
    assertThat(Interval.of(1, 2, 3, 4))
        .satisfies(i -> assertThat(i.mean()).isEqualTo(2.5))
        .satisfies(i -> assertThat(i.halfWidth()).isCloseTo(2.0542, within(1e-3)));
    assertThat(Interval.of(5, Double.NaN)).isEqualTo(new Interval(5, Double.NaN, 1));
    assertThat(Interval.of()).isEqualTo(new Interval(Double.NaN, Double.NaN, 0));
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    assertThatThrownBy(() -> RunFiles.read(dir))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not the folder of a run");
    Path folder = run("a", "DPO", 1, "1", 0.8).folder();
    Files.writeString(folder.resolve("metrics.csv"), "round,loss\n1,x\n");
    assertThatThrownBy(() -> RunFiles.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("line 2: loss is 'x'");
    Files.writeString(folder.resolve("run.json"), "{");
    assertThatThrownBy(() -> RunFiles.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not valid JSON");
  }
}
