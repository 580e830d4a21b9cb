package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tests.Shared;

/// Adapters on the command line: trained, gone on with, scored with, generated with and merged.
class AdapterCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of("adapter_config.json", "adapter_model.safetensors");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  AdapterCommandTest() {}

  @Test
  void scoresUnderAnAdapterAndMerged() throws IOException {
    double[] golden = chosenSums();
    Path adapter = Shared.path("goldens/lora");
    assertClose(sums("--model", model(), "--adapter", adapter), golden);
    Path merged = folder.resolve("merged");
    ok("merge", "--model", model(), "--adapter", adapter, "--output", merged);
    assertClose(sums("--model", merged), golden);
    Object[] prompt = {"--prompt-ids", "1,5,9", "--greedy", "--max-new-tokens", "8", "--json"};
    assertThat(ok("generate", "--model", merged, prompt).out())
        .isEqualTo(ok("generate", "--model", model(), "--adapter", adapter, prompt).out())
        .isNotEqualTo(ok("generate", "--model", model(), prompt).out());
  }

  private static void assertClose(double[] actual, double[] golden) {
    for (int i = 0; i < golden.length; i++) {
      assertThat(actual[i]).isCloseTo(golden[i], within(5e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"spac", "dpo", "sft"})
  void trainsAnAdapterToTheSameBits(String method) throws IOException {
    Path once = align(method, "once", "--lora-target-modules", "all-linear", "--lora-r", "3");
    for (String file : FILES) {
      assertThat(once.resolve(file)).exists();
    }
    assertThat(once.resolve("model.safetensors")).doesNotExist();
    Path again =
        align(
            method,
            "again",
            "--lora-target-modules",
            "all-linear",
            "--lora-r",
            "3",
            "--gradient-checkpointing");
    assertThat(again.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(once.resolve("adapter_model.safetensors"));
    JsonNode run = JSON.readTree(Files.readString(once.resolve("run.json")));
    assertThat(run.get("trainable_parameters").asLong())
        .isPositive()
        .isLessThan(run.get("parameters").asLong());
    assertThat(sums("--model", model(), "--adapter", once)).isNotEqualTo(sums("--model", model()));
    Path on = align(method, "on", "--adapter", once.toString());
    assertThat(on.resolve("adapter_model.safetensors").toFile().length())
        .isEqualTo(once.resolve("adapter_model.safetensors").toFile().length());
    assertThat(sums("--model", model(), "--adapter", on))
        .isNotEqualTo(sums("--model", model(), "--adapter", once));
  }

  @Test
  void aBaseInSixteenBitsIsNearIt() throws IOException {
    Path wide = align("dpo", "wide", "--lora-dropout", "0");
    Path narrow = align("dpo", "narrow", "--lora-dropout", "0", "--base-dtype", "bf16");
    double[] expected = sums("--model", model(), "--adapter", wide);
    double[] actual = sums("--model", model(), "--adapter", narrow);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-2 * Math.abs(expected[i])));
    }
  }

  @Test
  void weightsKeptInSixteenBitsScoreNearby() throws IOException {
    double[] stored = sums("--model", model());
    double[] kept = sums("--model", model(), "--dtype", "bf16");
    assertThat(kept).isNotEqualTo(stored).hasSameSizeAs(stored);
    for (int i = 0; i < stored.length; i++) {
      assertThat(kept[i]).isCloseTo(stored[i], within(1e-2 * Math.abs(stored[i])));
    }
    Cli.Result refused =
        Cli.run("generate", "--model", model(), "--prompt-ids", "1,5", "--dtype", "q8_0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("Q8_0 asks for columns in multiples of 32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--use-peft=false --lora-r 3|belong to an adapter: give --use-peft",
        "--lora-target-modules query|--lora-target-modules names 'query'; allowed: q_proj, k_proj",
        "--base-dtype q8_0|down_proj.weight is [64, 176]: Q8_0 asks for columns in multiples of 32",
        "--lora-r 0|r = 0; allowed: 1 or more",
        "--lora-target-modules lm_head --lora-dropout 0.1|lora_dropout = 0.1 with lm_head in target_modules",
        "--adapter nowhere|adapter_config.json: no such file",
        "--adapter nowhere --lora-r 3|brings its own rank",
      })
  void refused(String options, String message) throws IOException {
    List<Object> words = new ArrayList<>(arguments("dpo", folder.resolve("out")));
    words.addAll(Arrays.asList(options.split(" ")));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void anAdapterForAnotherModelIsRefused() {
    Cli.Result result =
        Cli.run(
            "merge",
            "--model",
            Shared.path("goldens/models/b"),
            "--adapter",
            Shared.path("goldens/lora"),
            "--output",
            folder.resolve("out"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("adapter_model.safetensors: ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /// Mistral-7B-v0.1's own config.json, without weights.
  private Path sevenB() throws IOException {
    Path dir = Files.createDirectories(folder.resolve("7b"));
    Files.writeString(
        dir.resolve("config.json"),
        """
        {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "bos_token_id": 1, "eos_token_id": 2,
         "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
         "max_position_embeddings": 32768, "num_attention_heads": 32, "num_hidden_layers": 32,
         "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096,
         "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 32000}
        """);
    return dir;
  }

  private JsonNode plan(Object... options) throws IOException {
    Object[] common = {"--model", sevenB(), "--data", "none", "--plan", "--json"};
    return JSON.readTree(ok("align", "--method", "spac", common, options).out());
  }

  @Test
  void plansSevenBillionParametersFromTheConfigAlone() throws IOException {
    Object[] small = {
      "--use-peft", "--lora-target-modules", "all-linear", "--per-device-train-batch-size", "1"
    };
    JsonNode keeping = plan(small, "--max-length", "1024");
    assertThat(keeping.get("peak_bytes").asLong()).isBetween(30_000_000_000L, 80_000_000_000L);
    assertThat(keeping.get("items").get(0).get("dtype").asText()).isEqualTo("BF16");
    assertThat(keeping.get("items").get(0).get("bytes").asLong()).isEqualTo(14_483_996_672L);
    JsonNode host = plan(small, "--max-length", "1024", "--gradient-checkpointing");
    assertThat(host.get("peak_bytes").asLong()).isBetween(15_000_000_000L, 24_000_000_000L);
    assertThat(plan("--max-length", "1024").get("peak_bytes").asLong())
        .isGreaterThan(4 * 4 * 7_241_732_096L);
  }

  @Test
  void aRunThatDoesNotFitIsRefusedBeforeItBegins() throws IOException {
    Path dir = sevenB();
    String json = Files.readString(dir.resolve("config.json"));
    // 7,000 layers: no machine of today has the memory.
    Files.writeString(
        dir.resolve("config.json"),
        json.replace("\"num_hidden_layers\": 32", "\"num_hidden_layers\": 7000"));
    Cli.Result result =
        Cli.run("align", "--method", "dpo", "--model", dir, "--data", pairs(), "--output", folder);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err())
        .contains("the run is planned to take ", " GiB, and there are ", "--use-peft", "--plan");
  }

  @Test
  void theRunRecordsItsPlan() throws IOException {
    Path out = align("dpo", "planned");
    JsonNode run = JSON.readTree(Files.readString(out.resolve("run.json")));
    assertThat(run.get("memory_plan").get("peak_bytes").asLong()).isPositive();
    assertThat(run.get("memory_plan").get("items").size()).isGreaterThan(7);
  }

  private Path align(String method, String name, String... more) throws IOException {
    Path output = folder.resolve(name);
    List<Object> words = new ArrayList<>(arguments(method, output));
    words.addAll(List.of(more));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exitCode()).as(result.err()).isZero();
    return output;
  }

  private List<Object> arguments(String method, Path output) throws IOException {
    return List.of(
        "align",
        "--method",
        method,
        "--model",
        model(),
        "--data",
        pairs(),
        "--use-peft",
        "--max-steps",
        "3",
        "--per-device-train-batch-size",
        "2",
        "--learning-rate",
        "1e-2",
        "--output",
        output);
  }

  private static Path model() {
    return Shared.path("goldens/models/a");
  }

  private Path pairs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example : batch()) {
      ObjectNode row = JSON.createObjectNode();
      row.set("prompt_ids", example.path("prompt"));
      row.set("chosen_ids", example.path("chosen"));
      row.set("rejected_ids", example.path("rejected"));
      row.set("self_ids", example.path("self"));
      lines.add(row.toString());
    }
    return Files.write(folder.resolve("pairs.jsonl"), lines);
  }

  private static JsonNode batch() throws IOException {
    return JSON.readTree(Shared.path("goldens/pref/batch.json").toFile()).get("examples");
  }

  private static double[] chosenSums() throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("goldens/lora/lora.json").toFile());
    JsonNode sums = golden.get("cases").get("random_b").get("sequence_logprob").get("chosen");
    return JSON.convertValue(sums, double[].class);
  }

  /// What `score` says of the batch's chosen responses.
  private double[] sums(Object... options) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example : batch()) {
      lines.add(
          JSON.createObjectNode()
              .<ObjectNode>set("prompt_ids", example.get("prompt"))
              .set("response_ids", example.get("chosen"))
              .toString());
    }
    Path input = Files.write(folder.resolve("score.jsonl"), lines);
    String out = ok("score", "--input", input, options).out();
    List<Double> sums = new ArrayList<>();
    for (String line : out.lines().toList()) {
      sums.add(JSON.readTree(line).get("sum").asDouble());
    }
    return sums.stream().mapToDouble(d -> d).toArray();
  }

  /// Runs a command that has to succeed; arrays among the words are taken apart.
  private static Cli.Result ok(Object... words) {
    Cli.Result result = Cli.run(flat(words).toArray());
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  private static Stream<Object> flat(Object word) {
    return word instanceof Object[] words
        ? Arrays.stream(words).flatMap(AdapterCommandTest::flat)
        : Stream.of(word);
  }
}
