package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

/// Runs on conversations from Parquet with a real checkpoint, and what they leave behind for people to look at.
class ConversationRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role + ': ' + m.content + eos_token }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

  @TempDir Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void modelFolder() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(Shared.path("data/weights/stories260K-hf"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
  }

  private static Path data(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ConversationRunTest.class.getResource("/parquet/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Cli.Result align(String method, String data, Path output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "align",
                "--method",
                method,
                "--model",
                model,
                "--data",
                data(data),
                "--output",
                output,
                "--max-steps",
                2,
                "--batch-size",
                2,
                "--learning-rate",
                "1e-3"));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void preferencesWithABadRow() throws IOException {
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
    Path first = folder.resolve("first");
    Cli.Result result =
        align("dpo", "bad-rows.parquet", first, "--on-bad-row", "skip", "--eval-split", 1);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("messages are written by ", "chat_template.jinja", "skipped 2 bad rows")
        .contains("bad-rows.parquet: row 2: \"rejected\" is null");
    JsonNode run = JSON.readTree(Files.readString(first.resolve("run.json")));
    assertThat(run.at("/data/chat_format").asText()).endsWith("chat_template.jinja");
    assertThat(run.at("/data/skipped_rows").asInt()).isEqualTo(2);
    assertThat(run.at("/data/skipped_reasons")).hasSize(2);
    assertThat(run.path("probes")).hasSize(2);
    // Nothing has moved yet: the same model, once widened to F32 and once as it is stored.
    assertThat(run.at("/probes/0/kl").asDouble()).isBetween(-1e-3, 1e-3);
    assertThat(run.at("/probes/1/samples/0/prompt").asText()).contains("assistant: ");
    assertThat(run.at("/evaluations/1/margin_histogram/counts")).hasSize(24);
    assertThat(run.at("/seconds/training").asDouble()).isPositive();
    assertThat(run.path("peak_memory_bytes").asLong()).isGreaterThan(1L << 20);
    assertThat(first.resolve("report.html"))
        .content()
        .contains("KL divergence from the start", "Samples before and after", "row 2: ");
    try (Stream<Path> files = Files.list(first)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("events.out.tfevents."));
    }

    Path second = folder.resolve("second");
    assertThat(
            align(
                    "dpo",
                    "bad-rows.parquet",
                    second,
                    "--on-bad-row",
                    "skip",
                    "--eval-split",
                    1,
                    "--report-samples",
                    0)
                .exitCode())
        .isZero();
    // Looking does not change what is seen.
    assertThat(Files.readAllBytes(second.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(first.resolve("model.safetensors")));

    Path page = folder.resolve("compare.html");
    Cli.Result compared = Cli.run("compare", first, second, "--html", page);
    assertThat(compared.exitCode()).as(compared.err()).isZero();
    assertThat(compared.out()).contains("held-out accuracy").contains("dpo (report_samples=0)");
    assertThat(page).content().contains("<polyline");
  }

  @Test
  void aBadRowEndsTheRunUnlessToldOtherwise() throws IOException {
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
    Cli.Result result = align("dpo", "bad-rows.parquet", folder.resolve("out"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains("bad-rows.parquet: row 2: ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void withoutATemplateAFormatIsAskedFor() {
    Cli.Result none = align("sft", "ultrafeedback-zstd.parquet", folder.resolve("a"));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).hasLineCount(1).contains("no chat template", "--chat-format v1");
    Cli.Result v1 =
        align("sft", "ultrafeedback-zstd.parquet", folder.resolve("b"), "--chat-format", "v1");
    assertThat(v1.exitCode()).as(v1.err()).isZero();
    assertThat(v1.err()).contains("messages are written by Mistral's format v1");
  }

  @Test
  void aTemplateThatRefusesARowNamesTheRow() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"), "{{ raise_exception('not\nwith me') }}");
    Cli.Result result = align("sft", "ultrafeedback-snappy.parquet", folder.resolve("out"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .hasLineCount(1)
        .contains("ultrafeedback-snappy.parquet: row 1: ", "the template refuses: not with me");
  }
}
