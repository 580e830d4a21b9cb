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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

class ScoreCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  ScoreCommandTest() {}

  @Test
  void scoresPromptAndResponseIds() throws IOException {
    JsonNode batch = JSON.readTree(Shared.path("goldens/pref/batch.json").toFile());
    List<String> lines = new ArrayList<>();
    for (JsonNode example : batch.get("examples")) {
      lines.add(
          JSON.createObjectNode()
              .<ObjectNode>set("prompt_ids", example.get("prompt"))
              .set("response_ids", example.get("chosen"))
              .toString());
    }
    JsonNode golden = JSON.readTree(Shared.path("goldens/pref/losses.json").toFile());
    JsonNode sums = golden.get("sequence_logprob").get("policy").get("chosen");
    List<JsonNode> scores = score("goldens/models/a", lines);
    assertThat(scores).hasSize(lines.size());
    for (int i = 0; i < scores.size(); i++) {
      assertThat(scores.get(i).get("sum").asDouble())
          .isCloseTo(sums.get(i).asDouble(), within(1e-4));
      assertThat(scores.get(i).get("logprobs"))
          .hasSameSizeAs(batch.get("examples").get(i).get("chosen"));
    }
  }

  @Test
  void scoresAllIdsAfterTheFirst() throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("data/weights/stories260K/golden.json").toFile());
    JsonNode score =
        score("data/weights/stories260K-hf", List.of("{\"ids\":" + golden.get("ids") + "}"))
            .getFirst();
    assertThat(score.get("sum").asDouble())
        .isCloseTo(golden.get("sum_logprob").asDouble(), within(1e-4));
    JsonNode logProbs = score.get("logprobs");
    assertThat(logProbs).hasSameSizeAs(golden.get("token_logprobs"));
    for (int i = 0; i < logProbs.size(); i++) {
      assertThat(logProbs.get(i).asDouble())
          .isCloseTo(golden.get("token_logprobs").get(i).asDouble(), within(1e-4));
    }
  }

  /// The golden text is that of the golden ids: BOS before it, no EOS unless it is asked for.
  @Test
  void scoresText() throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("data/weights/stories260K/golden.json").toFile());
    String text = golden.get("text").asText();
    String prompt = "Once upon a time";
    String line =
        JSON.createObjectNode()
            .put("prompt", prompt)
            .put("response", text.substring(prompt.length()))
            .toString();
    JsonNode score = score("data/weights/stories260K-hf", List.of(line)).getFirst();
    List<Double> all = new ArrayList<>();
    golden.get("token_logprobs").forEach(value -> all.add(value.asDouble()));
    int count = score.get("logprobs").size();
    assertThat(score.get("response_ids")).hasSize(count);
    assertThat(count).isBetween(1, all.size() - 1);
    List<Double> tail = all.subList(all.size() - count, all.size());
    for (int i = 0; i < count; i++) {
      assertThat(score.get("logprobs").get(i).asDouble()).isCloseTo(tail.get(i), within(1e-4));
      assertThat(score.get("response_ids").get(i))
          .isEqualTo(golden.get("ids").get(golden.get("ids").size() - count + i));
    }
    JsonNode withEos = score("data/weights/stories260K-hf", List.of(line), "--eos").getFirst();
    assertThat(withEos.get("response_ids")).hasSize(count + 1);
    assertThat(withEos.get("response_ids").get(count).asInt()).isEqualTo(2);
  }

  @Test
  void namesFileAndLineOfWhatIsBroken() throws IOException {
    Path input = dir.resolve("broken.jsonl");
    Files.writeString(input, "{\"ids\":[1,2]}\n\n{\"ids\":[1,\n");
    Cli.Result result =
        Cli.run("score", "--model", Shared.path("goldens/models/a"), "--input", input);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().strip())
        .startsWith("tramontane: " + input + ":3: broken JSON")
        .hasLineCount(1);
  }

  @Test
  void refusesWrongPaths() {
    Path model = Shared.path("goldens/models/a");
    Cli.Result noInput = Cli.run("score", "--model", model, "--input", dir.resolve("none.jsonl"));
    assertThat(noInput.exitCode()).isEqualTo(2);
    assertThat(noInput.err()).contains("none.jsonl: no such file");
    Cli.Result noModel = Cli.run("score", "--model", dir.resolve("none"), "--input", model);
    assertThat(noModel.exitCode()).isEqualTo(2);
    assertThat(noModel.err().strip()).contains("none").hasLineCount(1);
  }

  private List<JsonNode> score(String model, List<String> lines, String... options)
      throws IOException {
    Path input = Files.write(dir.resolve("input.jsonl"), lines);
    List<Object> args =
        new ArrayList<>(List.of("score", "--model", Shared.path(model), "--input", input));
    args.addAll(List.of(options));
    Cli.Result result = Cli.run(args.toArray());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    List<JsonNode> scores = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      scores.add(JSON.readTree(line));
    }
    return scores;
  }
}
