package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

/// `tramontane sweep` on stories260K: a few steps of a few runs with two seeds.
class SweepCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 12;

  @TempDir Path folder;

  private Path data() throws IOException {
    ArrayNode some = JSON.createArrayNode();
    for (JsonNode row :
        JSON.readTree(
            Shared.path("data/preference/rasbt/instruction-data-with-preference.json").toFile())) {
      if (some.size() < ROWS) {
        some.add(row);
      }
    }
    return Files.writeString(folder.resolve("data.json"), some.toString());
  }

  private Path sweep(String rateOfDpo) throws IOException {
    return Files.writeString(
        folder.resolve("sweep.yaml"),
        """
        seeds: [1, 2]
        options:
          max_steps: 2
          per_device_train_batch_size: 2
          eval_split: 4
          report_samples: 0
        runs:
          - name: sft
            options: {method: sft, learning_rate: 1e-3}
          - name: dpo
            start: sft
            options: {method: dpo, learning_rate: %s}
          - name: broken
            start: sft
            options: {method: dpo, learning_rate: 1e12, beta: 1000, max_grad_norm: 0, max_steps: 5}
          - name: after
            start: broken
            options: {method: dpo}
        """
            .formatted(rateOfDpo));
  }

  private Cli.Result run(Path sweep, Path data, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "sweep",
                sweep,
                "--model",
                Shared.path("data/weights/stories260K-hf"),
                "--data",
                data,
                "--output",
                folder.resolve("out"),
                "--threads",
                1));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @Test
  void runsComparesAndGoesOn() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    Cli.Result first = run(sweep("1e-4"), data, "--seeds", "1");
    assertThat(first.exitCode()).as(first.err()).isEqualTo(2);
    assertThat(first.err())
        .contains("[2/4] dpo-seed1: complete after")
        .contains("[3/4] broken-seed1: FAILED: exit code 2: ")
        .contains("[4/4] after-seed1: left out: it starts from a run that failed");
    byte[] weights = Files.readAllBytes(out.resolve("dpo-seed1/model.safetensors"));
    String record = Files.readString(out.resolve("dpo-seed1/run.json"));

    // What is complete stays as it is.
    Cli.Result both = run(sweep("1e-4"), data, "--json");
    assertThat(both.exitCode()).as(both.err()).isEqualTo(2);
    assertThat(both.err()).contains("[2/8] dpo-seed1: complete already", "[6/8] dpo-seed2: comp");
    assertThat(Files.readString(out.resolve("dpo-seed1/run.json"))).isEqualTo(record);
    JsonNode result = JSON.readTree(both.out());
    List<String> status = new ArrayList<>();
    result
        .path("runs")
        .forEach(run -> status.add(run.path("run").asText() + " " + run.path("status").asText()));
    assertThat(status)
        .containsExactly(
            "sft-seed1 kept",
            "dpo-seed1 kept",
            "broken-seed1 failed",
            "after-seed1 left_out",
            "sft-seed2 complete",
            "dpo-seed2 complete",
            "broken-seed2 failed",
            "after-seed2 left_out");
    JsonNode groups = result.at("/comparison/groups");
    assertThat(groups).hasSize(2);
    assertThat(groups.get(0).path("label").asText()).isEqualTo("sft");
    assertThat(groups.get(0).path("start").asText()).isEqualTo("stories260K-hf");
    assertThat(groups.get(1).path("start").asText()).isEqualTo("sft");
    assertThat(groups.get(1).at("/figures/held-out accuracy/n").asInt()).isEqualTo(2);
    // SFT and DPO on one scale, on the same pairs.
    JsonNode difference = result.at("/comparison/pairs/differences/0");
    assertThat(difference.path("label").asText()).isEqualTo("dpo - sft");
    assertThat(difference.has("prefers y+")).isTrue();
    assertThat(difference.has("margin")).isFalse();
    assertThat(out.resolve("compare.html")).exists();

    // A run of the sweep is the run of 'align', to the bit.
    Cli.Result alone =
        Cli.run(
            "align",
            "--method=dpo",
            "--learning-rate=1e-4",
            "--max-steps=2",
            "--batch-size=2",
            "--eval-split=4",
            "--report-samples=0",
            "--seed=1",
            "--threads=1",
            "--model",
            out.resolve("sft-seed1"),
            "--data",
            data,
            "--output",
            folder.resolve("alone"));
    assertThat(alone.exitCode()).as(alone.err()).isZero();
    assertThat(Files.readAllBytes(folder.resolve("alone/model.safetensors"))).isEqualTo(weights);

    Cli.Result changed = run(sweep("2e-4"), data);
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err())
        .contains("dpo-seed1 was made with other inputs: learning_rate was 1.0E-4 and is 2.0E-4");

    Cli.Result planned = run(sweep("1e-4"), data, "--dry-run");
    assertThat(planned.exitCode()).isZero();
    assertThat(planned.out())
        .contains(
            "dpo-seed2 (complete)", "broken-seed1 (to do)", "  tramontane align --max-steps=2");
  }

  /// A run whose sweep was killed ends as well, and leaves what a run that is stopped leaves.
  @Test
  void aRunEndsWithItsSweep() throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "org.tramontane.cli.sweep.ChildMain",
            "align",
            "--method=sft",
            "--max-steps=1000000",
            "--report-samples=0",
            "--threads=1",
            "--model=" + Shared.path("data/weights/stories260K-hf"),
            "--data=" + data(),
            "--output=" + folder.resolve("orphan")));
    Process run =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Path metrics = folder.resolve("orphan.running/metrics.csv");
    for (int i = 0; i < 600 && !(Files.exists(metrics) && Files.size(metrics) > 0); i++) {
      Thread.sleep(100);
    }
    assertThat(run.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
    run.getOutputStream().close();
    assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(143);
    assertThat(RunWorld.checkpoints(folder.resolve("orphan"))).isNotEmpty();
  }

  /// A sweep that gets SIGTERM notes that, starts nothing more, and goes on from the checkpoint when it is started again.
  @Test
  void aStoppedSweepGoesOn() throws IOException, InterruptedException {
    RunWorld world = RunWorld.make(folder);
    Path out = folder.resolve("out");
    Path file =
        Files.writeString(
            folder.resolve("stopped.yaml"),
            """
            seeds: [1]
            options: {method: sft, max_steps: 3000, report_samples: 0}
            runs: [{name: a}, {name: b, options: {max_steps: 2}}]
            """);
    List<String> words =
        Stream.of(
                "sweep",
                file,
                "--model",
                world.model(),
                "--data",
                world.data(),
                "--output",
                out,
                "--threads",
                1)
            .map(Object::toString)
            .toList();
    Process sweep = world.start(words);
    Path metrics = out.resolve("a-seed1.running/metrics.csv");
    for (int i = 0; i < 6000 && !(Files.exists(metrics) && Files.size(metrics) > 0); i++) {
      Thread.sleep(10);
    }
    sweep.destroy();
    assertThat(sweep.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(sweep.exitValue()).as(Files.readString(world.log())).isEqualTo(143);
    assertThat(RunWorld.checkpoints(out.resolve("a-seed1"))).isNotEmpty();
    assertThat(
            JSON.readTree(out.resolve("sweep.json").toFile()).at("/runs/a-seed1/status").asText())
        .isEqualTo("stopped");
    assertThat(out.resolve("logs/b-seed1.log")).doesNotExist();

    Cli.Result again = Cli.run(words.toArray());
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("[1/2] a-seed1: goes on from its checkpoint");
    assertThat(JSON.readTree(out.resolve("a-seed1/run.json").toFile()).path("resumed")).hasSize(1);
    assertThat(RunWorld.isComplete(out.resolve("b-seed1"))).isTrue();
  }
}
