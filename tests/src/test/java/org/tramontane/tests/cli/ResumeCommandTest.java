package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.DType;

/// `align --resume` as a user meets it: what it goes on from, what it refuses, and what is left when the disk fails.
class ResumeCommandTest {
  @TempDir Path folder;

  private RunWorld world;
  private Path output;

  @BeforeEach
  void make() throws IOException {
    world = RunWorld.make(folder);
    output = folder.resolve("out");
  }

  private static Cli.Result run(List<String> words, Object... more) {
    List<Object> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return Cli.run(all.toArray());
  }

  private List<String> dpo(Path out, Object... more) {
    return world.align(
        "dpo", out, Stream.concat(Stream.of("--max-steps", 40), Stream.of(more)).toArray());
  }

  /// A run that was asked to stop once it had two checkpoints.
  private void leaveCheckpoints(List<String> words) throws Exception {
    Process process = world.start(words);
    awaitCheckpoints(process, 2);
    process.destroy();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(143);
    assertThat(log())
        .contains("asked to stop")
        .contains("the same command with --resume goes on from ");
    assertThat(RunWorld.checkpoints(output)).isNotEmpty();
    assertThat(output).doesNotExist();
  }

  private void awaitCheckpoints(Process process, int count) throws Exception {
    while (process.isAlive() && RunWorld.checkpoints(output).size() < count) {
      Thread.sleep(1);
    }
  }

  private String log() throws IOException {
    return Files.readString(world.log());
  }

  private Map<String, String> undisturbed(List<String> words) throws IOException {
    assertThat(run(words).exitCode()).isZero();
    return RunWorld.left(folder.resolve("whole"));
  }

  @Test
  void otherDataAndModelsAreRefusedAndTheSameGoOn() throws Exception {
    Map<String, String> expected = undisturbed(dpo(folder.resolve("whole")));
    List<String> words = dpo(output, "--save-steps", 2);
    leaveCheckpoints(words);
    assertRefused(run(words, "--resume", "--beta", 0.2), "--resume: beta is 0.2 here and 0.1 in ");
    assertRefused(run(words, "--resume", "--seed", 3), "--resume: seed is 3 here and 42 in ");
    assertRefused(
        run(words, "--resume", "--threads", 2),
        "--resume: backend (as it describes itself) is CPU, 2 threads, ");
    assertRefused(
        run(words, "--resume", "--max-prompt-length", 20),
        "--resume: max_prompt_length is 20 here and not given in ");
    assertRefused(
        run(words),
        "out.running holds checkpoints of a run that did not come to its end: --resume goes on"
            + " from");

    byte[] data = Files.readAllBytes(world.data());
    Files.write(world.data(), "\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    assertRefused(run(words, "--resume"), "--resume: sha256 of --data is ");
    Files.write(world.data(), data);

    byte[] model = Files.readAllBytes(world.model().resolve("model.safetensors"));
    RunWorld.model(world.model(), 2);
    assertRefused(run(words, "--resume"), "--resume: sha256 of --model is ");
    Files.write(world.model().resolve("model.safetensors"), model);

    // What is kept may change.
    Cli.Result result = run(dpo(output, "--save-steps", 5, "--save-total-limit", 1), "--resume");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("goes on from ");
    RunWorld.assertSame(output, expected, "resumed");
    assertThat(RunWorld.running(output)).doesNotExist();
    assertRefused(run(words, "--resume"), "nothing to resume: the run in ", " is complete");
  }

  @Test
  void nothingToResume() {
    assertRefused(
        run(dpo(output), "--resume"),
        "--resume: nothing to resume: ",
        "out.running holds no checkpoint; leave --resume away to begin");
    assertThat(output).doesNotExist();
    assertThat(RunWorld.running(output)).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--save-steps 0, save_steps = 0; allowed: 1 or more",
    "--save-total-limit 0, save_total_limit = 0; allowed: 1 or more"
  })
  void rangesAreChecked(String option, String cause) {
    String[] words = option.split(" ", -1);
    assertRefused(run(dpo(output), words[0], words[1]), cause);
  }

  @Test
  void aTornCheckpointIsPassedOver() throws Exception {
    Map<String, String> expected = undisturbed(dpo(folder.resolve("whole")));
    List<String> words = dpo(output, "--save-steps", 1);
    leaveCheckpoints(words);
    Path torn = RunWorld.checkpoints(output).getLast();
    Path good = RunWorld.checkpoints(output).getFirst();
    Path kept = folder.resolve("kept");
    copy(RunWorld.running(output), kept);
    for (String name : new String[] {"state.safetensors", "run.json", "SHA256SUMS"}) {
      delete(RunWorld.running(output));
      copy(kept, RunWorld.running(output));
      try (FileChannel channel = FileChannel.open(torn.resolve(name), StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() / 2);
      }
      Cli.Result result = run(words, "--resume", "--overwrite");
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.err())
          .contains(torn + " is torn and passed over: " + name)
          .contains("goes on from " + good);
      RunWorld.assertSame(output, expected, name);
    }

    delete(output);
    copy(kept, RunWorld.running(output));
    for (Path checkpoint : RunWorld.checkpoints(output)) {
      Files.delete(checkpoint.resolve("state.safetensors"));
    }
    assertFails(run(words, "--resume"), " is whole; begin anew with --overwrite");
    assertThat(output).doesNotExist();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  /// A limit on the size of files stands for a full disk: writing fails in the middle of a checkpoint.
  @Test
  void aFullDiskLeavesTheCheckpointBefore() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "FULL DISK NOT TRIED: there is no /bin/sh");
    // OpenBLAS would be unpacked into a file that is too large: all processes of this test do
    // without.
    List<String> words = dpo(output, "--save-steps", 2);
    assertThat(limited(10_000, dpo(folder.resolve("whole"))).waitFor()).as(log()).isZero();
    Process process = limited(10_000, words);
    awaitCheckpoints(process, 2);
    process.destroyForcibly().waitFor();
    Path newest = RunWorld.checkpoints(output).getLast();
    List<String> resumed = new ArrayList<>(words);
    resumed.add("--resume");
    assertThat(limited(32, resumed).waitFor()).as(log()).isEqualTo(2);
    assertThat(log().lines().toList().getLast())
        .startsWith("tramontane: ")
        .contains(" can't be written: File too large")
        .contains("--resume goes on from " + newest);
    assertThat(limited(10_000, resumed).waitFor()).as(log()).isZero();
    RunWorld.assertSame(output, RunWorld.left(folder.resolve("whole")), "resumed");
  }

  /// A signal's code is the process's whatever else happens; what can't be kept is said all the same.
  @Test
  void aFullDiskWhileStopping() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "FULL DISK NOT TRIED: there is no /bin/sh");
    Process process = limited(32, dpo(output, "--max-steps", 5000));
    Path metrics = RunWorld.running(output).resolve("metrics.csv");
    while (process.isAlive()
        && !(Files.exists(metrics) && Files.readAllLines(metrics).size() > 2)) {
      Thread.sleep(1);
    }
    process.destroy();
    assertThat(process.waitFor()).as(log()).isEqualTo(143);
    assertThat(log()).contains("asked to stop");
    assertThat(log().lines().toList().getLast())
        .startsWith("tramontane: ")
        .contains(" can't be written: File too large")
        .contains("there is no checkpoint to go on from");
  }

  /// A run that goes on knows of the model that it wrote before it was stopped.
  @Test
  void aResumedRunThatFailsNamesTheModelOfARoundBefore() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "FULL DISK NOT TRIED: there is no /bin/sh");
    List<String> words =
        world.align(
            "spin",
            output,
            "--rounds",
            2,
            "--max-steps",
            40,
            "--max-new-tokens",
            8,
            "--save-steps",
            2);
    Process process = limited(10_000, words);
    while (process.isAlive() && !Files.exists(output)) {
      Thread.sleep(1);
    }
    process.destroyForcibly().waitFor();
    assertThat(output.resolve("run.json")).as(log()).exists();
    List<String> resumed = new ArrayList<>(words);
    resumed.add("--resume");
    assertThat(limited(32, resumed).waitFor()).as(log()).isEqualTo(2);
    assertThat(log().lines().toList().getLast())
        .contains(" can't be written: File too large")
        .contains("the model of the last complete round is in " + output);
  }

  /// A process that may write files of up to `kib` KiB.
  private Process limited(int kib, List<String> words) throws IOException {
    return world.start(words, "/bin/sh", "-c", "ulimit -f " + 2 * kib + "; exec \"$@\"", "sh");
  }

  @Test
  void aVanishedFolderIsNoticed() throws Exception {
    Process process = world.start(dpo(output, "--save-steps", 1, "--max-steps", 5000));
    awaitCheckpoints(process, 1);
    Path running = RunWorld.running(output);
    while (process.isAlive() && Files.exists(running)) {
      delete(running);
    }
    assertThat(process.waitFor()).as(log()).isEqualTo(2);
    assertThat(log().lines().toList().getLast())
        .startsWith("tramontane: ")
        .contains("can't be written")
        .contains("there is no checkpoint to go on from");
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      // The run has written something in the meantime.
    }
  }

  @Test
  void theReferenceIsAskedOnce() throws Exception {
    Path cache = folder.resolve("cache");
    Map<String, String> expected = undisturbed(dpo(folder.resolve("whole")));
    for (String name : new String[] {"computes", "reads"}) {
      Path out = folder.resolve(name);
      Cli.Result result = run(dpo(out), "--reference-cache", cache);
      assertThat(result.exitCode()).as(result.err()).isZero();
      RunWorld.assertSame(out, expected, name);
    }
    assertThat(cache.resolve("reference.safetensors")).exists();

    RunWorld.model(folder.resolve("other"), 3);
    assertFails(
        run(dpo(output), "--reference-cache", cache, "--reference", folder.resolve("other")),
        "reference.safetensors belongs to another model: ");
    assertFails(
        run(dpo(output), "--reference-cache", cache, "--max-length", 8),
        "reference.safetensors belongs to another data: ");
    assertRefused(
        run(world.align("simpo", folder.resolve("simpo")), "--reference-cache", cache),
        "--reference-cache does not belong to --method simpo");
  }

  /// Under an adapter the reference is what is stored; without one it is the same weights in F32.
  @Test
  void aReferenceThatIsKeptInAnotherFormIsAnotherOne() throws Exception {
    Path cache = folder.resolve("cache");
    Path model = folder.resolve("bf16");
    RunWorld.model(model, 1, DType.BF16);
    Cli.Result result =
        run(
            dpo(folder.resolve("all")),
            "--max-steps",
            1,
            "--model",
            model,
            "--reference-cache",
            cache);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertFails(
        run(
            dpo(output),
            "--max-steps",
            1,
            "--model",
            model,
            "--reference-cache",
            cache,
            "--use-peft"),
        "reference.safetensors belongs to another model: ");
  }

  private static void assertFails(Cli.Result result, String cause) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(cause);
  }

  private static void assertRefused(Cli.Result result, String... causes) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).startsWith("tramontane: ").contains(causes);
  }
}
