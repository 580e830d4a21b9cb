package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tests.Shared;

/// `tramontane eval` and `compare` as a user runs them, on a small real model and real files.
class EvalCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static Path model() {
    return Shared.path("data/weights/stories260K-hf");
  }

  private static Cli.Result eval(Path output, Object... more) {
    return eval(model(), output, more);
  }

  private static Cli.Result eval(Path model, Path output, Object... more) {
    List<Object> words = new ArrayList<>(List.of("eval", "--model", model, "--output", output));
    words.addAll(Arrays.asList(more));
    return Cli.run(words.toArray());
  }

  private static JsonNode results(Path output) throws IOException {
    return JSON.readTree(Files.readString(output.resolve("results.json")));
  }

  /// The whole leaderboard in one command, before and after an alignment, and whether they differ.
  @Test
  void sixTasksBeforeAndAfterSpac() throws IOException {
    Path aligned = folder.resolve("aligned");
    Cli.Result align =
        Cli.run(
            "align",
            "--method",
            "spac",
            "--model",
            model(),
            "--data",
            Shared.path("data/preference/rasbt/instruction-data-with-preference.json"),
            "--max-length",
            "256",
            "--max-new-tokens",
            "8",
            "--max-steps",
            "2",
            "--batch-size",
            "4",
            "--learning-rate",
            "1e-3",
            "--output",
            aligned);
    assertThat(align.exitCode()).as(align.err()).isZero();
    Path before = folder.resolve("before");
    Path after = folder.resolve("after");
    Path data = Shared.path("data/eval");
    for (Path output : List.of(before, after)) {
      Cli.Result result =
          eval(output.equals(before) ? model() : aligned, output, "--data", data, "--limit", 1);
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out())
          .contains("| ARC | 25 | acc_norm | ")
          .contains("| HellaSwag | 10 | acc_norm | ")
          .contains("| MMLU | 5 | acc | ")
          .contains("| TruthfulQA | 0 | mc2 | ")
          .contains("| Winogrande | 0 | acc | ")
          .contains("| GSM8K | 5 | acc | ")
          .contains("| average |  |  | ")
          .contains("| no: --limit 1 |")
          .contains("| no: --limit 1 of each subject |")
          .contains("no: --limit 1; the few-shot pool has 5 documents, the published one 39905")
          .contains(" saved by sharing beginnings)")
          .contains("lost the beginning of their context");
      assertThat(Files.readString(output.resolve("table.md"))).startsWith("| task | shots |");
      assertThat(Files.readString(output.resolve("report.html")))
          .contains("SPIN iteration 3")
          .contains("this model");
    }
    JsonNode results = results(before);
    assertThat(results.path("results").size()).isEqualTo(57 + 6);
    assertThat(results.path("results").path("arc_challenge").has("acc_norm,none")).isTrue();
    assertThat(results.path("results").path("truthfulqa_mc2").has("acc,none")).isTrue();
    assertThat(results.path("results").path("gsm8k").has("exact_match,get-answer")).isTrue();
    assertThat(results.path("results").path("mmlu_anatomy").has("acc,none")).isTrue();
    assertThat(results.path("groups").path("mmlu").has("acc_stderr,none")).isTrue();
    assertThat(results.path("n-shot").path("hellaswag").asInt()).isEqualTo(10);
    assertThat(results.path("config").path("limit").asInt()).isEqualTo(1);
    Cli.Result compared = Cli.run("compare", before, after);
    assertThat(compared.exitCode()).as(compared.err()).isZero();
    assertThat(compared.out()).contains("| ARC | acc_norm | ").contains(" | no difference shown |");
    JsonNode json = JSON.readTree(Cli.run("compare", before, before, "--json").out());
    assertThat(json.path("lines").size()).isEqualTo(6);
    for (JsonNode line : json.path("lines")) {
      assertThat(line.path("difference").asDouble()).isZero();
      assertThat(line.path("significant").asBoolean()).isFalse();
    }
  }

  @Test
  void theOlderProtocolWithSamplesAndTheSameAgain() throws IOException {
    Path output = folder.resolve("old");
    Object[] options = {
      "--data",
      Shared.path("data/eval"),
      "--tasks",
      "winogrande,truthfulqa",
      "--limit",
      "3",
      "--protocol",
      "b281b09",
      "--log-samples"
    };
    Cli.Result first = eval(output, options);
    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode results = results(output).path("results");
    assertThat(results.path("truthfulqa_mc").has("mc2_stderr")).isTrue();
    assertThat(results.path("winogrande").path("acc").isNumber()).isTrue();
    List<String> samples = Files.readAllLines(output.resolve("samples_winogrande.jsonl"));
    assertThat(samples).hasSize(3);
    JsonNode sample = JSON.readTree(samples.getFirst());
    assertThat(sample.path("arguments").size()).isEqualTo(2);
    assertThat(sample.path("resps").path(0).path(0).asDouble()).isNegative();
    String items = Files.readString(output.resolve("items.jsonl"));
    Cli.Result again = eval(output, options);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("has 6 scores already; going on");
    assertThat(Files.readString(output.resolve("items.jsonl"))).isEqualTo(items);
    Cli.Result other = eval(output, "--data", Shared.path("data/eval"), "--tasks", "winogrande");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("is of a run with protocol = \"b281b09\", not \"v0.4.0\"");
  }

  @Test
  void perplexityAndPreferences() throws IOException {
    Path text = folder.resolve("text.txt");
    String story = Files.readString(Shared.path("data/text/tinystories_sample_2MiB.txt"));
    Files.writeString(text, story.substring(0, 6000).replace("<|endoftext|>\n", "\n"));
    Path output = folder.resolve("extra");
    Cli.Result result =
        eval(
            output,
            "--text",
            text,
            "--pairs",
            Shared.path("data/preference/rasbt/instruction-data-with-preference.json"),
            "--reference",
            model(),
            "--limit",
            "10");
    assertThat(result.exitCode()).as(result.err()).isZero();
    for (JsonNode score : results(output).path("tramontane").path("scores")) {
      double value = score.path("value").asDouble();
      switch (score.path("metric").asText()) {
        // Its author reports a validation loss of 1.2968, e^1.2968 = 3.66, on other stories.
        case "perplexity" -> assertThat(value).isBetween(2.5, 6.0);
        case "rewards/accuracies" -> assertThat(value).isEqualTo(0.5);
        case "rewards/margins" -> assertThat(value).isZero();
        case "accuracy" -> assertThat(value).isBetween(0.0, 1.0);
        default -> assertThat(value).isFinite();
      }
    }
    assertThat(result.out())
        .contains("| Text |  | perplexity | ")
        .contains("| Preferences |  | rewards/accuracies | 50.00 | 0.00 | ");
  }

  @Test
  void examplesThatAPromptHasNoPlaceForAreSaidToBeLeftOut() throws IOException {
    Path data = Shared.path("data/eval");
    Cli.Result result =
        eval(
            folder.resolve("one"),
            "--data",
            data,
            "--tasks",
            "arc_challenge,truthfulqa",
            "--num-fewshot",
            "1",
            "--limit",
            "1");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("truthfulqa: its prompt has no place for --num-fewshot's examples")
        .doesNotContain("arc_challenge: its prompt");
    assertThat(result.out()).contains("| ARC | 1 | ").contains("| TruthfulQA | 0 | ");
  }

  @Test
  void whatTheUserCanMendIsOneLineAndExitCode2() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    assertRefused(eval(folder, "--data", data, "--tasks", "gsm8k"), "no test split of gsm8k in ");
    Path broken = Files.writeString(data.resolve("b.jsonl"), "{\"question\":\"q\"}\n");
    assertRefused(
        eval(folder, "--tasks", "gsm8k", "--file", "gsm8k.test=" + broken, "--num-fewshot", "0"),
        broken + ": line 1: answer: expected text, found nothing");
    assertRefused(
        eval(
            folder,
            "--data",
            Shared.path("data/eval"),
            "--tasks",
            "arc_challenge",
            "--limit",
            "1",
            "--truncate",
            "error"),
        "document 0 (counted from 0): a context of ");
    assertRefused(
        eval(
            folder,
            "--data",
            Shared.path("data/eval"),
            "--tasks",
            "gsm8k",
            "--limit",
            "1",
            "--max-length",
            "200"),
        "leaves no room for its context");
    assertRefused(eval(folder, "--data", data, "--tasks", "squad"), "no task is called 'squad'");
    assertRefused(eval(folder, "--data", data, "--protocol", "v1"), "known are b281b09 and v0.4.0");
    assertRefused(eval(folder), "nothing to evaluate");
    assertRefused(Cli.run("compare", folder, folder), "not the folder of a run");
  }

  private static void assertRefused(Cli.Result result, String reason) {
    assertThat(result.exitCode()).as(result.out()).isEqualTo(2);
    assertThat(result.err()).contains(reason);
    assertThat(result.err().lines()).hasSize(1);
  }
}
