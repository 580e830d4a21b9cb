package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TheoryCommandTest {
  @TempDir private Path folder;

  @Test
  void anExperimentLeavesTablesPicturesAndAPage() throws IOException {
    Cli.Result result =
        Cli.run(
            "theory",
            "run",
            "lambda",
            "--quick",
            "--seeds",
            "3",
            "--rounds",
            "200",
            "--output",
            folder,
            "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode experiment = new ObjectMapper().readTree(result.out()).at("/experiments/0");
    assertThat(experiment.path("name").asText()).isEqualTo("lambda");
    assertThat(experiment.at("/curves/0/points")).hasSize(5);
    assertThat(experiment.at("/curves/0/points/0/low_95").asDouble())
        .isLessThan(experiment.at("/curves/0/points/0/high_95").asDouble());
    assertThat(experiment.at("/curves/0/points/0/rounds").asInt()).isEqualTo(200);
    List<String> csv = Files.readAllLines(folder.resolve("lambda.csv"));
    assertThat(csv).hasSize(1 + 2 * 5);
    // Every row has a cell for each column, whether or not a game was played.
    assertThat(csv).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(18));
    assertThat(csv.getFirst()).contains("critic_residual_max");
    assertThat(csv.get(1)).contains(",3,reported,").contains(",200,optimality gap,");
    assertThat(Files.readAllBytes(folder.resolve("lambda.png"))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(Files.readString(folder.resolve("lambda.svg"))).contains("<svg");
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains(
            "lambda / sqrt(n)", "<line class=\"bar\"", "largest optimality gap of a critic step")
        .doesNotContain("tuning");
  }

  @Test
  void whatTuningSeedsMakeSaysSo() throws IOException {
    Cli.Result result =
        Cli.run(
            "theory",
            "run",
            "eta",
            "--quick",
            "--seeds",
            "2",
            "--rounds",
            "50",
            "--tuning-seeds",
            "--output",
            folder);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("means of 2 tuning seeds, not to be reported");
    assertThat(Files.readString(folder.resolve("eta.csv"))).contains(",2,tuning,");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("These are tuning seeds");
  }

  @Test
  void whatTheUserCanMendIsOneLine() {
    Cli.Result unknown = Cli.run("theory", "run", "nothing", "--output", folder);
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("no experiment is called 'nothing'; known are n-sparse,");
    Cli.Result rounds = Cli.run("theory", "all", "--rounds", "0", "--output", folder);
    assertThat(rounds.exitCode()).isEqualTo(2);
    assertThat(rounds.err()).contains("--rounds 0: allowed are 1 or more");
    Cli.Result seeds = Cli.run("theory", "all", "--seeds", "1", "--output", folder);
    assertThat(seeds.exitCode()).isEqualTo(2);
    assertThat(seeds.err()).contains("--seeds 1: allowed are 2 or more");
    assertThat(Cli.run("theory", "list").out()).contains("n-sparse").contains("coverage");
  }
}
