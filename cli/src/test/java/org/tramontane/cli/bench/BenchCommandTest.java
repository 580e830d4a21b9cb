package org.tramontane.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.tramontane.cli.Main;
import picocli.CommandLine;

class BenchCommandTest {
  @Test
  void everySuiteRuns() throws Exception {
    StringWriter out = new StringWriter();
    CommandLine tramontane =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(new StringWriter()));
    assertThat(tramontane.execute("bench", "--quick", "--json")).isZero();
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
}
