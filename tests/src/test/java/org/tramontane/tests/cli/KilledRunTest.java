package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs in processes of their own that are killed twenty times, by SIGKILL or SIGTERM, and resumed; what comes out in
/// the end is bit for bit what comes out undisturbed.
class KilledRunTest {
  private static final int KILLS = 20;
  private static final int STEPS_PER_ROUND = 6;
  private static final int ROUNDS = 2;

  @TempDir Path folder;

  /// Where a process is when it is killed.
  private enum Moment {
    /// Wherever it is after so many milliseconds: also while the JVM starts.
    ANY_TIME,
    /// Some steps after it started.
    STEPPING,
    /// While it writes a checkpoint.
    CHECKPOINT,
    /// While it writes the model of a round, or puts it in place.
    MODEL,
    /// Around the end of a round: evaluating, or sampling and scoring for the next.
    ROUND_END
  }

  @Test
  void twentyKillsAndTheSameBits() throws Exception {
    long seed = Long.getLong("tramontane.seed", System.nanoTime());
    System.out.println("KilledRunTest: -Dtramontane.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    RunWorld world = RunWorld.make(folder);
    long began = System.nanoTime();
    assertThat(world.start(words(world, folder.resolve("whole"), false)).waitFor()).isZero();
    long whole = (System.nanoTime() - began) / 1_000_000;
    Map<String, String> expected = RunWorld.left(folder.resolve("whole"));
    assertThat(expected).containsKeys("adapter_model.safetensors", "metrics.csv", "run.json");

    Map<Moment, Integer> kills = new EnumMap<>(Moment.class);
    int done = 0;
    int runs = 0;
    int resumed = 0;
    while (done < KILLS) {
      Path output = folder.resolve("killed" + runs++);
      boolean complete = false;
      while (!complete) {
        boolean resume = !RunWorld.checkpoints(output).isEmpty();
        resumed += resume ? 1 : 0;
        Process process = world.start(words(world, output, resume));
        Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
        boolean forcibly = random.nextInt(3) > 0;
        if (done < KILLS && await(process, output, moment, whole, random)) {
          kill(process, forcibly);
        }
        int code = process.waitFor();
        assertThat(code).as("exit code, %s, %s", moment, log(world)).isIn(0, 137, 143);
        if (code != 0) {
          done++;
          kills.merge(moment, 1, Integer::sum);
        } else {
          assertThat(RunWorld.running(output)).doesNotExist();
        }
        // One that was killed while it cleaned up has nothing left to do.
        complete = code == 0 || RunWorld.isComplete(output);
      }
      RunWorld.assertSame(output, expected, "seed " + seed);
    }
    System.out.println("KilledRunTest: %s, %d runs, %d resumed".formatted(kills, runs, resumed));
    assertThat(resumed).isPositive();
  }

  /// SPAC with an adapter and dropout, several rounds.
  private static List<String> words(RunWorld world, Path output, boolean resume) {
    return world.align(
        "spac",
        output,
        "--rounds",
        ROUNDS,
        "--max-steps",
        STEPS_PER_ROUND,
        "--max-new-tokens",
        12,
        "--eval-split",
        4,
        "--use-peft",
        "--lora-dropout",
        0.1,
        "--save-steps",
        2,
        "--overwrite",
        resume ? "--resume" : "--overwrite");
  }

  /// Waits for the moment.
  ///
  /// @return whether it came before the process ended
  private static boolean await(
      Process process, Path output, Moment moment, long whole, SplittableRandom random)
      throws IOException, InterruptedException {
    Path running = RunWorld.running(output);
    switch (moment) {
      case ANY_TIME -> Thread.sleep(random.nextLong(whole));
      case STEPPING -> {
        long rows = rows(running) + 1 + random.nextInt(STEPS_PER_ROUND);
        while (process.isAlive() && rows(running) < rows) {
          Thread.sleep(1);
        }
      }
      case CHECKPOINT -> {
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && process.isAlive(); i++) {
          awaitFile(
              process, running, "checkpoint-.*\\.tramontane-tmp-" + process.pid(), i + 1 < times);
        }
      }
      case MODEL ->
          awaitFile(
              process,
              Objects.requireNonNull(output.getParent()),
              output.getFileName() + "\\.tramontane-(tmp|old)-" + process.pid(),
              false);
      case ROUND_END -> {
        long steps = STEPS_PER_ROUND * (1L + rows(running) / STEPS_PER_ROUND);
        while (process.isAlive() && rows(running) < steps) {
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(200));
      }
    }
    return process.isAlive();
  }

  /// Waits for a file; with `gone`, also until it is gone.
  private static void awaitFile(Process process, Path in, String name, boolean gone)
      throws IOException, InterruptedException {
    while (process.isAlive() && !isThere(in, name)) {
      Thread.sleep(1);
    }
    while (gone && process.isAlive() && isThere(in, name)) {
      Thread.sleep(1);
    }
  }

  private static boolean isThere(Path in, String name) throws IOException {
    if (!Files.isDirectory(in)) {
      return false;
    }
    try (Stream<Path> files = Files.list(in)) {
      return files.anyMatch(file -> file.getFileName().toString().matches(name));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Steps whose metrics are written.
  private static long rows(Path running) throws IOException {
    Path metrics = running.resolve("metrics.csv");
    try (Stream<String> lines = Files.lines(metrics)) {
      return Math.max(0, lines.count() - 1);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static void kill(Process process, boolean forcibly) throws InterruptedException {
    if (forcibly) {
      process.destroyForcibly();
    } else {
      process.destroy();
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ends when asked to").isTrue();
    }
  }

  private static String log(RunWorld world) throws IOException {
    List<String> lines = Files.readAllLines(world.log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
