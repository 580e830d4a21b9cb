package org.tramontane.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.cli.sweep.SweepPlan.PlannedRun;
import org.tramontane.cli.sweep.SweepState.Present;
import org.tramontane.tensor.UserError;

/// What is planned, and what is told apart when a sweep goes on.
class SweepPlanTest {
  @TempDir Path dir;
  private Path output;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("data.jsonl"), "{}\n");
    Files.createDirectory(dir.resolve("model"));
    Files.writeString(dir.resolve("model/config.json"), "{}");
    output = Files.createDirectory(dir.resolve("out"));
  }

  private SweepPlan plan(String text) throws IOException {
    Path file = Files.writeString(dir.resolve("sweep.yaml"), text);
    return SweepPlan.of(
        SweepFile.read(file),
        new SweepPlan.Place(
            dir.resolve("model"), dir.resolve("data.jsonl"), output, List.of("--threads=1")));
  }

  private SweepPlan plan(double beta) throws IOException {
    return plan(
        """
        seeds: [1, 2]
        runs:
          - name: sft
            options: {method: sft}
          - name: dpo
            start: sft
            options: {method: dpo, beta: %s}
        """
            .formatted(beta));
  }

  @Test
  void aSeedIsWholeBeforeTheNextBegins() throws IOException {
    SweepPlan plan = plan(0.1);
    assertThat(plan.runs())
        .extracting(PlannedRun::id)
        .containsExactly("sft-seed1", "dpo-seed1", "sft-seed2", "dpo-seed2");
    PlannedRun dpo = plan.runs().get(3);
    assertThat(dpo.start()).contains("sft-seed2");
    assertThat(dpo.arguments())
        .startsWith("align")
        .contains(
            "--method=dpo",
            "--threads=1",
            "--run-name=dpo",
            "--seed=2",
            "--model=" + output.resolve("sft-seed2"),
            "--output=" + output.resolve("dpo-seed2"));
    assertThat(dpo.inputs())
        .containsEntry("beta", "0.1")
        // Defaults, too: a version with another one makes another run.
        .containsEntry("num_train_epochs", "1.0")
        .containsKeys("data sha256", "start sha256")
        // By which the last bits differ.
        .containsEntry("threads", "1")
        .doesNotContainKeys("output", "model", "save_steps");
  }

  @Test
  void inputsDecideTheDigestAndPlacesDoNot() throws IOException {
    PlannedRun before = plan(0.1).runs().get(1);
    assertThat(plan(0.1).runs().get(1).digest()).isEqualTo(before.digest());
    assertThat(plan(0.2).runs().get(1).digest()).isNotEqualTo(before.digest());
    Files.writeString(dir.resolve("model/config.json"), "{ }");
    // Its start is another, because that one's start is.
    assertThat(plan(0.1).runs().get(1).digest()).isNotEqualTo(before.digest());
  }

  @Test
  void whatAlignWouldRefuseIsRefusedAhead() {
    assertThatThrownBy(
            () -> plan("{seeds: [1], runs: [{name: a, options: {method: sft, beta: 1}}]}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run a: --beta does not belong to --method sft");
    assertThatThrownBy(
            () -> plan("{seeds: [1], runs: [{name: a, options: {method: dpo, beta: -1}}]}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run a: beta = -1.0");
    assertThatThrownBy(
            () ->
                plan(
                    "{seeds: [1], runs: [{name: a, options: {method: sft, use_peft: true}},"
                        + " {name: b, start: a, options: {method: dpo}}]}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run b: start: a leaves an adapter");
  }

  @Test
  void aRecipeDoesNotDecideWhatTheSweepDoes() throws IOException {
    Files.writeString(dir.resolve("r.yaml"), "{method: sft, dry_run: true}");
    assertThatThrownBy(() -> plan("{seeds: [1], runs: [{name: a, recipe: r.yaml}]}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run a: its recipe says 'dry_run: true'");
    Files.writeString(dir.resolve("r.yaml"), "{method: sft, dry_run: false, seed: 7}");
    assertThat(plan("{seeds: [1], runs: [{name: a, recipe: r.yaml}]}").runs()).hasSize(1);
  }

  @Test
  void aRunsRecordDecidesHowItCameOut() {
    assertThat(Sweep.status(true, true)).isEqualTo(Sweep.Status.COMPLETE);
    assertThat(Sweep.status(false, true)).isEqualTo(Sweep.Status.STOPPED);
    assertThat(Sweep.status(false, false)).isEqualTo(Sweep.Status.FAILED);
  }

  @Test
  void aCheckpointIsGoneOnFrom() throws IOException {
    PlannedRun run = plan(0.1).runs().get(1);
    SweepState state = SweepState.open(output);
    Path running = output.resolve("dpo-seed1.running");
    Path checkpoint = Files.createDirectories(running.resolve("checkpoint-3"));
    assertThatThrownBy(() -> state.present(run))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("dpo-seed1.running is there, and this sweep has not made it");
    state.begin(run, false);
    // Without its checksums it is torn.
    assertThat(state.present(run)).isEqualTo(Present.PART);
    Files.delete(checkpoint);
    assertThat(state.present(run)).isEqualTo(Present.NOTHING);
    new org.tramontane.spac.train.checkpoint.CheckpointStore(running, 1)
        .write(3, beside -> Files.writeString(beside.resolve("state"), "x"));
    assertThat(state.present(run)).isEqualTo(Present.RESUMABLE);
    PlannedRun changed = plan(0.2).runs().get(1);
    assertThatThrownBy(() -> state.present(changed))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("dpo-seed1.running was made with other inputs: beta was 0.1");
    // The time of both parts counts.
    state.end(run, Sweep.Status.STOPPED, 2);
    state.begin(run, true);
    state.end(run, Sweep.Status.COMPLETE, 3);
    assertThat(state.secondsByName()).containsEntry("dpo", 5.0);
  }

  @Test
  void stepsOfBothFormsAreTold() {
    assertThat(
            List.of(
                "SPAC step 3 of 60, loss 0.1",
                "SPAC critic step 3 of 60, loss 0.1",
                "SPAC policy step 3 of 60, loss 0.1",
                "SPAC round 1 of 2"))
        .allMatch(Sweep::isTelling);
    assertThat(Sweep.isTelling("backend auto: cpu")).isFalse();
  }

  @Test
  void completePartialChangedAndForeign() throws IOException {
    PlannedRun run = plan(0.1).runs().get(1);
    SweepState state = SweepState.open(output);
    assertThat(state.present(run)).isEqualTo(Present.NOTHING);
    Files.createDirectory(run.folder());
    assertThatThrownBy(() -> state.present(run))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("this sweep has not made it");
    state.begin(run, false);
    assertThat(state.present(run)).isEqualTo(Present.PART);
    Files.writeString(run.folder().resolve("metrics.csv"), "step\n");
    Files.writeString(run.folder().resolve("run.json"), "{\"status\": \"complete\"}");
    // As another process sees it.
    SweepState later = SweepState.open(output);
    assertThat(later.present(run)).isEqualTo(Present.COMPLETE);
    later.end(run, Sweep.Status.COMPLETE, 12.5);
    assertThat(SweepState.open(output).secondsByName()).containsEntry("dpo", 12.5);
    PlannedRun changed = plan(0.2).runs().get(1);
    assertThatThrownBy(() -> later.present(changed))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("dpo-seed1 was made with other inputs: beta was 0.1 and is 0.2.");
    Files.writeString(dir.resolve("data.jsonl"), "{} \n");
    PlannedRun otherData = plan(0.1).runs().get(1);
    assertThatThrownBy(() -> later.present(otherData))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("data sha256 is another");
  }

  @Test
  void commandsCanBePasted() {
    assertThat(SweepPlan.shell(List.of("align", "--data=a b's.json")))
        .isEqualTo("tramontane align '--data=a b'\\''s.json'");
  }
}
