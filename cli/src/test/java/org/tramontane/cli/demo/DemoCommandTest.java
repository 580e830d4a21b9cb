package org.tramontane.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.cli.Main;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.Tokenizers;

class DemoCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void quickly() throws IOException {
    Path output = folder.resolve("demo");
    assertThat(run("demo", "--quick", "--json", "--output", output.toString()))
        .as(err.toString())
        .isZero();
    JsonNode results = new ObjectMapper().readTree(out.toString()).path("results");
    assertThat(results).hasSize(3);
    assertThat(results.path(0).path("accuracy").asDouble())
        .as("the base against itself")
        .isEqualTo(0.5);
    assertThat(results.path(1).path("accuracy").asDouble())
        .as("SPAC learned something")
        .isGreaterThan(0.6);
    assertThat(results.path(2).path("accuracy").asDouble())
        .as("DPO learned something")
        .isGreaterThan(0.6);
    for (String model : new String[] {"base", "spac", "dpo"}) {
      assertThat(output.resolve(model)).isDirectoryContaining("glob:**model.safetensors");
      assertThat(output.resolve(model)).isDirectoryContaining("glob:**tokenizer.json");
    }
    assertThat(output.resolve("report.html"))
        .content()
        .contains("<polyline", "</html>")
        .doesNotContain("http");

    Tokenizer tokenizer = Tokenizers.load(output.resolve("spac"));
    String text =
        "Mia asks the fox for a lamp. The fox says: With pleasure, Mia! \u00e9\u4e16\ud83e\udd8a";
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void leavesAForeignFolderAlone() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "years of work");
    assertThat(run("demo", "--quick", "--output", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("not a demo's").hasLineCount(1);
    assertThat(folder).isDirectoryContaining("glob:**thesis.txt");
  }
}
