package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tramontane.spac.data.Sha256;
import org.tramontane.tensor.DType;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralWeights;

/// A tiny model and tiny data in a folder, commands on them, in this process or in one that may be killed, and what
/// runs leave.
///
/// @param folder of everything
record RunWorld(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VOCABULARY = 48;

  /// What of a run's record is time, or is as large as it happens to be.
  private static final List<String> TIMES =
      List.of("started", "finished", "resumed", "seconds", "peak_memory_bytes");

  /// Writes model and data.
  static RunWorld make(Path folder) throws IOException {
    RunWorld world = new RunWorld(folder);
    model(world.model(), 1);
    SplittableRandom random = new SplittableRandom(4);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 28; i++) {
      ObjectNode row = JSON.createObjectNode();
      row.set("prompt_ids", JSON.valueToTree(ids(random, 6)));
      row.set("chosen_ids", JSON.valueToTree(ids(random, 9)));
      row.set("rejected_ids", JSON.valueToTree(ids(random, 9)));
      rows.add(row.toString());
    }
    Files.write(world.data(), rows);
    return world;
  }

  static void model(Path dir, long seed) {
    model(dir, seed, DType.F32);
  }

  static void model(Path dir, long seed, DType dtype) {
    MistralConfig config =
        MistralConfig.builder()
            .vocabSize(VOCABULARY)
            .hiddenSize(32)
            .intermediateSize(48)
            .layers(2)
            .heads(4, 2)
            .maxPositions(64)
            .initializerRange(0.2)
            .build();
    try (Arena arena = Arena.ofShared()) {
      MistralWeights.random(config, seed, arena).save(dir, dtype, null);
    }
  }

  private static int[] ids(SplittableRandom random, int most) {
    return random.ints(2 + random.nextInt(most - 1), 3, VOCABULARY).toArray();
  }

  Path model() {
    return folder.resolve("model");
  }

  Path data() {
    return folder.resolve("pairs.jsonl");
  }

  /// The words of `align`, with `more` at their end.
  List<String> align(String method, Path output, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "align",
                "--method",
                method,
                "--model",
                model(),
                "--data",
                data(),
                "--output",
                output,
                "--learning-rate",
                "1e-3",
                "--batch-size",
                4,
                "--threads",
                1,
                "--report-samples",
                2,
                "--report-max-new-tokens",
                8));
    words.addAll(Arrays.asList(more));
    return words.stream().map(Object::toString).toList();
  }

  /// A process of its own that runs `tramontane` with these words; what it says goes to a file.
  Process start(List<String> words, String... shell) throws IOException {
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:-UsePerfData",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "org.tramontane.cli.Main"));
    command.addAll(words);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  /// What processes said.
  Path log() {
    return folder.resolve("log.txt");
  }

  /// Whether a run has come to its end.
  static boolean isComplete(Path output) throws IOException {
    Path run = output.resolve("run.json");
    return Files.exists(run)
        && JSON.readTree(run.toFile()).path("status").asText().equals("complete");
  }

  /// Everything that the same run leaves again.
  static Map<String, String> left(Path output) throws IOException {
    Map<String, String> left = new TreeMap<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".safetensors")) {
          left.put(name, Sha256.of(file));
        } else if (name.equals("metrics.csv")) {
          left.put(name, withoutSeconds(file));
        } else if (name.equals("run.json")) {
          left.put(name, withoutTimes(JSON.readTree(file.toFile())));
        }
      }
    }
    return left;
  }

  /// Checks that a run has left what is expected.
  static void assertSame(Path output, Map<String, String> expected, String what)
      throws IOException {
    Map<String, String> actual = left(output);
    assertThat(actual).as(what).containsOnlyKeys(expected.keySet());
    for (Map.Entry<String, String> file : expected.entrySet()) {
      assertThat(actual.getOrDefault(file.getKey(), "").lines().toList())
          .as(what + ": " + file.getKey())
          .containsExactlyElementsOf(file.getValue().lines().toList());
    }
  }

  private static String withoutSeconds(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .collect(Collectors.joining("\n"));
  }

  /// The record of a run without its times, and without where it lies and what it keeps on its way.
  private static String withoutTimes(JsonNode run) {
    ObjectNode node = (ObjectNode) run;
    node.remove(TIMES);
    node.remove("output");
    node.withObject("environment").remove("heap_limit"); // of tests in this process and in others
    node.withObject("config")
        .remove(List.of("output", "overwrite", "resume", "save_steps", "reference_cache"));
    node.path("rounds").forEach(round -> ((ObjectNode) round).remove("seconds"));
    return node.toPrettyString();
  }

  /// The checkpoints of a run that is under way, newest last.
  static List<Path> checkpoints(Path output) throws IOException {
    Path running = running(output);
    if (!Files.isDirectory(running)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(running)) {
      return files
          .filter(file -> file.getFileName().toString().matches("checkpoint-[0-9.]+"))
          .sorted(
              Comparator.comparingDouble(
                  file -> Double.parseDouble(file.getFileName().toString().substring(11))))
          .toList();
    }
  }

  static Path running(Path output) {
    return output.resolveSibling(output.getFileName() + ".running");
  }
}
