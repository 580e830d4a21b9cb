package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tramontane.cli.sweep.SweepFile;
import org.tramontane.tests.Shared;

/// Every recipe of `recipes/` (the sweep's file is none), as a dry run on stories260K and some real preference pairs.
class RecipesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RECIPES = Path.of("..", "recipes");
  private static final int ROWS = 12;

  @TempDir Path folder;

  static List<Path> recipes() throws IOException {
    try (Stream<Path> files = Files.walk(RECIPES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("sweep.yaml"))
          .sorted()
          .toList();
    }
  }

  private Path data() throws IOException {
    Path all = Shared.path("data/preference/rasbt/instruction-data-with-preference.json");
    ArrayNode some = JSON.createArrayNode();
    for (JsonNode row : JSON.readTree(all.toFile())) {
      if (some.size() < ROWS) {
        some.add(row);
      }
    }
    return Files.writeString(folder.resolve("data.json"), some.toString());
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void dryRun(Path recipe) throws IOException {
    boolean tiny = recipe.toString().contains("stories260K");
    List<Object> words =
        new ArrayList<>(
            List.of(
                "align",
                "--recipe",
                recipe,
                "--model",
                Shared.path("data/weights/stories260K-hf"),
                "--data",
                data(),
                "--per-device-train-batch-size",
                4,
                "--gradient-accumulation-steps",
                1,
                "--dry-run",
                "--json"));
    if (tiny) {
      words.addAll(List.of("--eval-split", 4));
    } else {
      // The model here has 512 positions.
      words.addAll(List.of("--max-length", 512, "--max-prompt-length", 256));
    }
    String text = Files.readString(recipe);
    if (text.contains("max_new_tokens")) {
      words.addAll(List.of("--max-new-tokens", 8));
    }
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode run = JSON.readTree(result.out());
    assertThat(run.path("loss").asDouble()).isFinite().isPositive();
    assertThat(run.path("grad_norm").asDouble()).isFinite().isPositive();
  }

  /// A recipe is called as its method, maybe with `-lora` or `-explicit`, and every key has a comment above it.
  @ParameterizedTest
  @MethodSource("recipes")
  void everyKnobIsExplained(Path recipe) throws IOException {
    List<String> lines = Files.readAllLines(recipe);
    String method = recipe.getFileName().toString().replaceFirst("(-lora|-explicit)?[.]yaml$", "");
    assertThat(lines).contains("method: " + method).first().asString().startsWith("# ");
    boolean explained = false;
    for (String line : lines) {
      if (line.isBlank()) {
        explained = false;
      } else if (line.startsWith("#")) {
        explained = true;
      } else if (!line.startsWith("method:")
          && !line.matches("(num_train_epochs|weight_decay|warmup_ratio|seed).*")
          && !explained) {
        assertThat(line).as("%s: a key without a comment in its paragraph", recipe).isNull();
      }
    }
  }

  /// SPAC on 7 billion parameters, as its recipe says it: the frozen weights in BF16 once, an adapter, batch 1, sequences
  /// of 1,024 tokens.
  @Test
  void spacOnSevenBillionParametersFitsAHost() throws IOException {
    Path model = Files.createDirectory(folder.resolve("mistral-7b"));
    Files.writeString(
        model.resolve("config.json"),
        """
        {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "hidden_act": "silu",
         "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 8, "max_position_embeddings": 32768,
         "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096, "vocab_size": 32000,
         "tie_word_embeddings": false, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "bfloat16"}
        """);
    Cli.Result result =
        Cli.run(
            "align",
            "--recipe",
            RECIPES.resolve("zephyr-7b-sft/spac.yaml"),
            "--model",
            model,
            "--data",
            "pairs.json",
            "--threads",
            2,
            "--plan",
            "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode plan = JSON.readTree(result.out());
    JsonNode base = plan.path("items").get(0);
    assertThat(base.path("what").asText()).isEqualTo("base weights");
    assertThat(base.path("dtype").asText()).isEqualTo("BF16");
    assertThat(base.path("bytes").asLong()).isGreaterThan(14_000_000_000L);
    assertThat(plan.path("peak_bytes").asLong()).isLessThan(24_000_000_000L);
  }

  /// The sweep's file is read as the command reads it; that its recipes are good, the others of these tests say.
  @Test
  void theSweepComparesSftDpoSpinAndSpac() {
    SweepFile sweep = SweepFile.read(RECIPES.resolve("stories260K/sweep.yaml"));
    assertThat(sweep.seeds()).hasSize(3);
    assertThat(sweep.runs())
        .extracting(SweepFile.Run::name)
        .containsExactly("sft", "dpo", "spin", "spac", "spac-explicit");
    assertThat(sweep.runs().subList(1, 5)).allMatch(run -> run.start().equals(Optional.of("sft")));
    for (SweepFile.Run run : sweep.runs()) {
      assertThat(run.arguments().getFirst())
          .startsWith("--recipe=")
          .endsWith("stories260K/" + run.name() + ".yaml");
    }
  }

  @Test
  void thereIsOneForEachMethod() throws IOException {
    List<String> tiny =
        recipes().stream()
            .filter(path -> path.toString().contains("stories260K"))
            .map(path -> path.getFileName().toString().replace(".yaml", ""))
            .toList();
    assertThat(tiny)
        .containsExactlyInAnyOrder(
            "sft",
            "dpo",
            "spac-lora",
            "spac-explicit",
            "robust",
            "ipo",
            "hinge",
            "apo_zero",
            "apo_down",
            "sppo_hard",
            "nca_pair",
            "bco_pair",
            "aot",
            "aot_unpaired",
            "simpo",
            "orpo",
            "kto",
            "bco",
            "spin",
            "spac");
  }
}
