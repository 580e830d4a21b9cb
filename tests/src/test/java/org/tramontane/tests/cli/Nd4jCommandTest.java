package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

/// `--backend nd4j` where ND4J's jars are there, as they are in this module.
class Nd4jCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "data/weights/stories260K-hf";

  @TempDir Path dir;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  Nd4jCommandTest() {}

  private static String run(Object... args) {
    Cli.Result result = Cli.run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void doctorListsIt() throws IOException {
    JsonNode backends = JSON.readTree(run("doctor", "--json")).get("backends");
    assertThat(backends)
        .anySatisfy(
            backend -> {
              assertThat(backend.get("name").asText()).isEqualTo("nd4j");
              assertThat(backend.get("available").asBoolean()).isTrue();
              assertThat(backend.get("description").asText()).contains("ND4J 1.0.0-M2.1");
              JsonNode properties = backend.get("properties");
              assertThat(properties.get("nd4j_version").asText()).isEqualTo("1.0.0-M2.1");
              assertThat(properties.get("openblas_version").asText()).startsWith("0.3.");
              assertThat(properties.get("openblas_core").asText()).isNotBlank();
              assertThat(properties.get("device").asText()).isNotBlank();
            });
  }

  @Test
  void generatesWhatTheGoldenSays() throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("data/weights/stories260K/golden.json").toFile());
    String prompt = "Once upon a time, there was";
    String text =
        run(
            "generate",
            "--backend",
            "nd4j",
            "--model",
            Shared.path(MODEL),
            "--prompt",
            prompt,
            "--greedy",
            "--max-new-tokens",
            "30");
    assertThat(golden.get("greedy_text_256").asText()).startsWith(prompt + text.stripTrailing());
  }

  @Test
  void scoresAsTheCpuDoes() throws IOException {
    Path input = dir.resolve("pairs.jsonl");
    Files.writeString(
        input, "{\"prompt\":\"Once upon a time\",\"response\":\", there was a girl.\"}\n");
    double[] sums = new double[2];
    String[] backends = {"cpu", "nd4j"};
    for (int i = 0; i < 2; i++) {
      String out =
          run("score", "--backend", backends[i], "--model", Shared.path(MODEL), "--input", input);
      sums[i] = JSON.readTree(out).get("sum").asDouble();
    }
    assertThat(sums[1]).isCloseTo(sums[0], within(1e-4));
  }

  @Test
  void alignsFromTheSameFirstStep() throws IOException {
    Path data = dir.resolve("data.jsonl");
    Files.writeString(
        data,
        """
        {"prompt":"Once upon a time","chosen":", there was a girl.","rejected":" a dog ran."}
        {"prompt":"Tom saw a","chosen":" big red ball.","rejected":" cat."}
        """);
    String out =
        run(
            "align",
            "--backend",
            "nd4j",
            "--method",
            "dpo",
            "--model",
            Shared.path(MODEL),
            "--data",
            data,
            "--dry-run",
            "--json");
    assertThat(JSON.readTree(out).get("loss").asDouble()).isCloseTo(Math.log(2), within(1e-6));
  }
}
