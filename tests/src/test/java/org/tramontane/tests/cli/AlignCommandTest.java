package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tests.Shared;

/// `tramontane align` as a user runs it, on the small reference models.
class AlignCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /// The reference batch in align's own format.
  private Path batch() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example :
        JSON.readTree(Files.readString(Shared.path("goldens/pref/batch.json"))).path("examples")) {
      var row = JSON.createObjectNode();
      row.set("prompt_ids", example.path("prompt"));
      row.set("chosen_ids", example.path("chosen"));
      row.set("rejected_ids", example.path("rejected"));
      row.set("self_ids", example.path("self"));
      lines.add(row.toString());
    }
    return Files.write(folder.resolve("batch.jsonl"), lines);
  }

  private static JsonNode golden(String loss) throws IOException {
    return JSON.readTree(Files.readString(Shared.path("goldens/pref/losses.json")))
        .path("losses")
        .path(loss);
  }

  @ParameterizedTest
  @CsvSource({
    "spac_linear_l1_e1@prev, 1, 1, a_prev",
    "spac_linear_l5_e0.1@prev, 5, 0.1, a_prev",
    "spac_linear_l0.5_e10@ref, 0.5, 10, a_ref"
  })
  void dryRunOfSpac(String name, String lambda, String eta, String previous) throws IOException {
    Cli.Result result =
        Cli.run(
            "align",
            "--method",
            "spac",
            "--critic",
            "linear",
            "--lambda",
            lambda,
            "--eta",
            eta,
            "--model",
            Shared.path("goldens/models/a"),
            "--previous",
            Shared.path("goldens/models/" + previous),
            "--data",
            batch(),
            "--dry-run",
            "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertGolden(JSON.readTree(result.out()), golden(name));
  }

  @Test
  void dryRunOfDpo() throws IOException {
    Cli.Result result =
        Cli.run(
            "align",
            "--method",
            "dpo",
            "--model",
            Shared.path("goldens/models/a"),
            "--reference",
            Shared.path("goldens/models/a_ref"),
            "--data",
            batch(),
            "--dry-run",
            "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertGolden(JSON.readTree(result.out()), golden("dpo_sigmoid@ref"));
  }

  private static void assertGolden(JsonNode actual, JsonNode golden) {
    assertClose(actual, "loss", golden.path("loss").asDouble());
    assertClose(actual, "grad_norm", golden.path("gradient_global_l2").asDouble());
    if (golden.has("critic_term")) {
      assertClose(actual, "critic_term", golden.path("critic_term").asDouble());
      assertClose(actual, "preference_term", golden.path("preference_term").asDouble());
    }
    assertThat(actual.has("rewards/margins")).isTrue();
  }

  private static void assertClose(JsonNode actual, String key, double expected) {
    assertThat(actual.path(key).asDouble())
        .as(key)
        .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void twoRoundsTwiceGiveTheSameBitsAndACheckpointThatScores() throws IOException {
    Path data = batch();
    byte[] first = null;
    for (String name : new String[] {"first", "second"}) {
      Path output = folder.resolve(name);
      Cli.Result result =
          Cli.run(
              "align",
              "--method",
              "spac",
              "--rounds",
              2,
              "--learning-rate",
              "1e-3",
              "--max-new-tokens",
              8,
              "--batch-size",
              2,
              "--eval-split",
              1,
              "--model",
              Shared.path("goldens/models/a"),
              "--data",
              data,
              "--output",
              output);
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(output.resolve("metrics.csv"))
          .content()
          .contains("rewards/margins")
          .hasLineCount(5);
      JsonNode run = JSON.readTree(Files.readString(output.resolve("run.json")));
      assertThat(run.path("status").asText()).isEqualTo("complete");
      assertThat(run.path("data").path("sha256").asText()).hasSize(64);
      assertThat(run.path("rounds")).hasSize(2);
      assertThat(run.path("evaluations")).hasSize(3);
      byte[] weights = Files.readAllBytes(output.resolve("model.safetensors"));
      if (first == null) {
        first = weights;
      } else {
        assertThat(weights).isEqualTo(first);
      }
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.{running,tramontane-*}");
    Path ids = Files.writeString(folder.resolve("ids.jsonl"), "{\"ids\":[1,5,6]}\n");
    Cli.Result score = Cli.run("score", "--model", folder.resolve("first"), "--input", ids);
    assertThat(score.exitCode()).as(score.err()).isZero();
    assertThat(JSON.readTree(score.out()).path("sum").asDouble()).isNegative();
  }

  @Test
  void aRecipeWithAnOptionOverIt() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"), "method: dpo\nbeta: 0.5\nlearning_rate: 5e-7\n");
    Cli.Result result =
        Cli.run(
            "align",
            "--recipe",
            recipe,
            "--beta",
            "0.1",
            "--model",
            Shared.path("goldens/models/a"),
            "--reference",
            Shared.path("goldens/models/a_ref"),
            "--data",
            batch(),
            "--dry-run",
            "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertGolden(JSON.readTree(result.out()), golden("dpo_sigmoid@ref"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lerning_rate: 1 | unknown key 'lerning_rate'; did you mean 'learning_rate'",
        "learning_rate: fast | learning_rate: fast is not a number",
        "rounds: 1.5 | rounds: 1.5 is not a whole number",
        "relative: maybe | relative: maybe is not true or false",
        "critic: soft | critic: soft is not one of",
        "model: [a, b] | is not a single value",
        "method: [spac | not valid YAML",
        "- a | not a recipe"
      })
  void aRecipeThatIsWrong(String yaml, String cause) throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), yaml + "\n");
    assertRefused(Cli.run("align", "--recipe", recipe, "--dry-run"), "r.yaml", cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"a\", | line 2: broken JSON",
        "{\"prompt\":\"a\",\"chosen\":\"b\"} | line 2: \"rejected\" is missing",
        "{\"prompt_ids\":[1],\"chosen_ids\":[999],\"rejected_ids\":[3]} | line 2: token id 999",
        "{\"prompt_ids\":[1],\"chosen_ids\":[],\"rejected_ids\":[3]} | line 2",
      })
  void aRowThatIsWrong(String row, String cause) throws IOException {
    String good =
        row.contains("prompt_ids") || row.endsWith(",")
            ? "{\"prompt_ids\":[1],\"chosen_ids\":[2],\"rejected_ids\":[3]}"
            : "{\"prompt\":\"a\",\"chosen\":\"b\",\"rejected\":\"c\"}";
    Path data = Files.writeString(folder.resolve("d.jsonl"), good + "\n" + row + "\n");
    assertRefused(
        Cli.run(
            "align",
            "--method",
            "dpo",
            "--model",
            Shared.path("goldens/models/a"),
            "--data",
            data,
            "--output",
            folder.resolve("out")),
        "d.jsonl",
        cause);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds 0, rounds = 0",
    "--eta 0, eta = 0",
    "--lambda NaN, lambda = NaN",
    "--learning-rate -1, learning_rate = -1",
    "--temperature 0, temperature = 0",
    "--threads 0, --threads 0",
    "--backend foo, no backend is called 'foo'",
    "--eval-split 4, eval_split = 4",
    "--beta 1, --beta does not belong to --method spac",
    "--max-length 1000, max_position_embeddings = 128",
    "--batch-size 0, batch_size = 0",
    "--critic foo, --critic",
    "--previous no/such, no/such"
  })
  void anOptionThatIsWrong(String option, String cause) throws IOException {
    String[] words = option.split(" ", -1);
    assertRefused(
        Cli.run(
            "align",
            "--method",
            "spac",
            "--model",
            Shared.path("goldens/models/a"),
            "--data",
            batch(),
            "--output",
            folder.resolve("out"),
            words[0],
            words[1]),
        "tramontane: ",
        cause);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(folder.resolve("out.running")).doesNotExist();
  }

  @Test
  void anOutputThatIsInUse() throws IOException {
    Path output = Files.createDirectory(folder.resolve("out"));
    Files.writeString(output.resolve("thesis.txt"), "years of work");
    assertRefused(
        Cli.run(
            "align",
            "--method",
            "dpo",
            "--model",
            Shared.path("goldens/models/a"),
            "--data",
            batch(),
            "--output",
            output),
        "is not empty",
        "--overwrite");
    assertThat(output.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void aLossThatIsNotFiniteStopsWithTheStepAndKeepsTheLastCheckpoint() throws IOException {
    Path output = folder.resolve("out");
    Object[] common = {
      "align",
      "--method",
      "dpo",
      "--model",
      Shared.path("goldens/models/a"),
      "--data",
      batch(),
      "--output",
      output,
      "--overwrite",
      "--max-steps",
      3,
      "--warmup-ratio",
      0
    };
    assertThat(Cli.run(common).exitCode()).isZero();
    byte[] good = Files.readAllBytes(output.resolve("model.safetensors"));
    List<Object> spoiled = new ArrayList<>(List.of(common));
    spoiled.addAll(List.of("--learning-rate", "1e30", "--max-grad-norm", "0"));
    Cli.Result result = Cli.run(spoiled.toArray());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("step 2 of 3").contains("NaN");
    assertThat(Files.readAllBytes(output.resolve("model.safetensors"))).isEqualTo(good);
  }

  private static void assertRefused(Cli.Result result, String... contents) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).startsWith("tramontane: ").contains(contents);
    assertThat(result.out()).isEmpty();
  }
}
