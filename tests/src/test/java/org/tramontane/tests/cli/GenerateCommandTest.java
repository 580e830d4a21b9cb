package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

class GenerateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode greedy() throws IOException {
    return JSON.readTree(Shared.path("goldens/forward/a.json").toFile()).get("greedy");
  }

  private static String ids(JsonNode array, String separator) {
    List<String> ids = new ArrayList<>();
    array.forEach(id -> ids.add(id.asText()));
    return ids.stream().collect(Collectors.joining(separator));
  }

  @Test
  void idsInIdsOutWithoutATokenizer() throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "generate",
                "--model",
                Shared.path("goldens/models/a"),
                "--prompt-ids",
                ids(greedy().get("prompt"), ","),
                "--max-new-tokens=32",
                "--greedy",
                "--ignore-eos"));
    Cli.Result streamed = Cli.run(args.toArray());
    assertThat(streamed.exitCode()).isZero();
    assertThat(streamed.out().strip()).isEqualTo(ids(greedy().get("new_tokens"), " "));
    assertThat(streamed.err()).contains("tokens/s");

    args.add("--json");
    JsonNode json = JSON.readTree(Cli.run(args.toArray()).out());
    assertThat(json.get("ids")).isEqualTo(greedy().get("new_tokens"));
    assertThat(json.has("text")).isFalse();
  }

  @Test
  void textInTextOut() throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("data/weights/stories260K/golden.json").toFile());
    String story = golden.get("greedy_text_256").asText();
    String prompt = "Once upon a time, there was";
    List<Object> args =
        new ArrayList<>(
            List.of(
                "generate",
                "--model",
                Shared.path("data/weights/stories260K-hf"),
                "--prompt",
                prompt,
                "--max-new-tokens=200",
                "--greedy"));
    Cli.Result streamed = Cli.run(args.toArray());
    assertThat(streamed.exitCode()).isZero();
    String text = streamed.out().substring(0, streamed.out().length() - 1);
    assertThat(text).hasSizeGreaterThan(300);
    assertThat(story).startsWith(prompt + text);

    args.add("--json");
    JsonNode json = JSON.readTree(Cli.run(args.toArray()).out());
    assertThat(json.get("text").asText()).isEqualTo(text);
    assertThat(json.get("ids")).hasSize(200);
  }

  @Test
  void refusesATokenizerThatDoesNotFit(@TempDir Path dir) throws IOException {
    Path model = Shared.path("goldens/models/a");
    Files.copy(model.resolve("config.json"), dir.resolve("config.json"));
    Files.copy(model.resolve("model.safetensors"), dir.resolve("model.safetensors"));
    Files.copy(
        Shared.path("data/weights/stories260K-hf").resolve("tokenizer.json"),
        dir.resolve("tokenizer.json"));
    Cli.Result result = Cli.run("generate", "--model", dir, "--prompt", "Once");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().strip())
        .contains("the tokenizer does not fit the model: it has 512 pieces")
        .contains("256")
        .hasLineCount(1);
  }

  @Test
  void theSameSeedGivesTheSameTokens() {
    assertThat(sample(5)).isEqualTo(sample(5)).isNotEqualTo(sample(6));
  }

  private static String sample(int seed) {
    Cli.Result result =
        Cli.run(
            "generate",
            "--model",
            Shared.path("goldens/models/a"),
            "--prompt-ids=1,2,3",
            "--max-new-tokens=20",
            "--temperature=1.2",
            "--top-k=50",
            "--ignore-eos",
            "--seed",
            seed);
    assertThat(result.exitCode()).isZero();
    return result.out();
  }

  @Test
  void helpNamesTheOptions() {
    Cli.Result help = Cli.run("generate", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("--prompt-ids", "--min-p", "--ignore-eos", "--backend");
    assertThat(Cli.run("score", "--help").out()).contains("prompt_ids", "--eos", "--batch-tokens");
  }

  @Test
  void refusesBadInputInOneLine() {
    Object model = Shared.path("goldens/models/a");
    String tooLong = "1" + ",3".repeat(128);
    for (Object[] args :
        new Object[][] {
          {"--prompt-ids=1,x", "1,x"},
          {"--prompt-ids=1,256", "the tokenizer does not fit the model"},
          {"--prompt-ids=" + tooLong, "max_position_embeddings = 128"},
          {"--prompt=hello", "tokenizer"},
          {"--prompt-file=/nowhere/prompt.txt", "no such file"},
        }) {
      Cli.Result result = Cli.run("generate", "--model", model, args[0]);
      assertThat(result.exitCode()).as("%s", args[0]).isEqualTo(2);
      assertThat(result.err().strip()).contains((String) args[1]).hasLineCount(1);
    }
  }
}
