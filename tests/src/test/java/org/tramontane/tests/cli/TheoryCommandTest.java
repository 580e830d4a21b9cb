package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TheoryCommandTest {
  @TempDir private Path folder;

  @Test
  void anExperimentLeavesTablesPicturesAndAPage() throws IOException {
    Cli.Result result =
        Cli.run("theory", "run", "lambda", "--quick", "--seeds", "3", "--output", folder, "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode experiment = new ObjectMapper().readTree(result.out()).at("/experiments/0");
    assertThat(experiment.path("name").asText()).isEqualTo("lambda");
    assertThat(experiment.at("/curves/0/points")).hasSize(5);
    assertThat(experiment.at("/curves/0/points/0/low_95").asDouble())
        .isLessThan(experiment.at("/curves/0/points/0/high_95").asDouble());
    assertThat(Files.readAllLines(folder.resolve("lambda.csv"))).hasSize(1 + 2 * 5);
    assertThat(Files.readAllBytes(folder.resolve("lambda.png"))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(Files.readString(folder.resolve("lambda.svg"))).contains("<svg");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("lambda / sqrt(n)");
  }

  @Test
  void whatTheUserCanMendIsOneLine() {
    Cli.Result unknown = Cli.run("theory", "run", "nothing", "--output", folder);
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("no experiment is called 'nothing'; known are n-fixed,");
    Cli.Result seeds = Cli.run("theory", "all", "--seeds", "1", "--output", folder);
    assertThat(seeds.exitCode()).isEqualTo(2);
    assertThat(seeds.err()).contains("--seeds 1: allowed are 2 or more");
    assertThat(Cli.run("theory", "list").out()).contains("n-sparse").contains("coverage");
  }
}
