package org.tramontane.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.cli.Main;
import picocli.CommandLine;

class BenchCommandTest {
  @Test
  void everySuiteRuns() throws Exception {
    StringWriter out = new StringWriter();
    CommandLine tramontane =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(new StringWriter()));
    assertThat(tramontane.execute("bench", "--suite", "gemm,kernels,train", "--quick", "--json"))
        .isZero();
    JsonNode root = new ObjectMapper().readTree(out.toString());
    for (String suite : new String[] {"gemm", "kernels"}) {
      assertThat(root.path(suite)).as(suite).isNotEmpty();
      for (JsonNode row : root.path(suite)) {
        assertThat(row.path("rate").asDouble()).as(row.toString()).isPositive().isFinite();
      }
    }
    JsonNode training = root.path("train").path(0);
    assertThat(training.path("share").asDouble()).isPositive().isFinite();
    assertThat(root.path("load").asText()).isNotEmpty();
  }

  @Test
  void refusesNoThreads() {
    StringWriter err = new StringWriter();
    CommandLine tramontane = Main.commandLine().setErr(new PrintWriter(err));
    assertThat(tramontane.execute("bench", "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads 0").hasLineCount(1);
  }

  private record Result(int exitCode, String out, String err) {}

  private static Result bench(String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine tramontane =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> words = new ArrayList<>(List.of("bench"));
    words.addAll(List.of(options));
    int exitCode = Main.execute(tramontane, words.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }

  @Test
  void theShortFormAsJson() throws Exception {
    Result result = bench("--quick", "--backend", "cpu", "--shape", "tiny", "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode root = new ObjectMapper().readTree(result.out());
    assertThat(root.at("/environment/load").asText()).isNotEmpty();
    assertThat(root.at("/environment/backend cpu").asText()).startsWith("CPU, ");
    assertThat(root.path("results"))
        .extracting(row -> row.path("test").asText())
        .containsExactly("pp16", "tg4", "train");
    for (JsonNode row : root.path("results")) {
      assertThat(row.path("tokens_per_second").asDouble()).isPositive().isFinite();
      assertThat(row.path("seconds")).hasSize(1);
    }
  }

  @Test
  void theShortFormAsMarkdownAndCsv() {
    Result markdown = bench("--quick", "--no-train");
    assertThat(markdown.out())
        .contains("| model | test | cpu tokens/s |")
        .containsPattern(
            "\\| tiny \\(293 K, F32\\) \\| pp16 \\| [0-9.,]+ \\([0-9.,]+ to [0-9.,]+\\) \\|")
        .doesNotContain("train |");
    assertThat(markdown.err()).contains("bench: backend auto: cpu, comes before nd4j");
    Result csv = bench("--quick", "--no-train", "--csv");
    assertThat(csv.out().lines())
        .hasSize(3)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith(line.startsWith("tiny") ? "tiny,292800" : "model,parameters"));
  }

  @Test
  void aBackendThatCannotRunIsOneLine() {
    Result result = bench("--quick", "--backend", "cpu,nd4j");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .hasLineCount(1)
        .startsWith(
            "tramontane: --backend nd4j: backend 'nd4j' can't run here: ND4J is not on the classpath");
    assertThat(bench("--backend", "cpu,cpu").err()).contains("--backend cpu,cpu: name each once");
    assertThat(bench("--shape", "XL").err())
        .contains("--shape XL: allowed are tiny, S, M, 7b-layer, 7b")
        .hasLineCount(1);
    assertThat(bench("--suite", "gemm", "--shape", "S").exitCode()).isEqualTo(2);
  }
}
