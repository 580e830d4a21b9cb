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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tests.Shared;

/// Every method of `tramontane align`, on the golden batch.
class AlignMethodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static List<JsonNode> examples() throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    JSON.readTree(Files.readString(Shared.path("goldens/pref/batch.json")))
        .path("examples")
        .forEach(examples::add);
    return examples;
  }

  private Path pairs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example : examples()) {
      ObjectNode row = JSON.createObjectNode();
      row.set("prompt_ids", example.path("prompt"));
      row.set("chosen_ids", example.path("chosen"));
      row.set("rejected_ids", example.path("rejected"));
      lines.add(row.toString());
    }
    return Files.write(folder.resolve("pairs.jsonl"), lines);
  }

  private Path labels() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example : examples()) {
      for (String response : new String[] {"chosen", "rejected"}) {
        ObjectNode row = JSON.createObjectNode();
        row.set("prompt_ids", example.path("prompt"));
        row.set("completion_ids", example.path(response));
        row.put("label", response.equals("chosen"));
        lines.add(row.toString());
      }
    }
    return Files.write(folder.resolve("labels.jsonl"), lines);
  }

  private static Cli.Result align(String method, Path data, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "align",
                "--method",
                method,
                "--model",
                Shared.path("goldens/models/a"),
                "--data",
                data));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  private static JsonNode dryRun(String method, Path data, Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of(more));
    words.addAll(List.of("--dry-run", "--json"));
    Cli.Result result = align(method, data, words.toArray());
    assertThat(result.exitCode()).as(result.err()).isZero();
    return JSON.readTree(result.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpo",
        "robust",
        "ipo",
        "hinge",
        "apo_zero",
        "apo_down",
        "sppo_hard",
        "nca_pair",
        "bco_pair",
        "aot",
        "aot_unpaired",
        "simpo",
        "orpo",
        "kto",
        "bco",
        "spin"
      })
  void trainsAndLeavesACheckpoint(String method) throws IOException {
    Path output = folder.resolve(method);
    Cli.Result result =
        align(
            method,
            pairs(),
            "--output",
            output,
            "--max-steps",
            3,
            "--batch-size",
            2,
            "--eval-split",
            1,
            "--learning-rate",
            "1e-3");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(output.resolve("model.safetensors")).exists();
    assertThat(output.resolve("metrics.csv"))
        .content()
        .hasLineCount(4)
        .contains("rewards/chosen", "rewards/rejected", "rewards/margins", "logps/chosen")
        .doesNotContain("NaN");
    JsonNode run = JSON.readTree(Files.readString(output.resolve("run.json")));
    assertThat(run.path("status").asText()).isEqualTo("complete");
    assertThat(run.path("config").path("method").asText()).isEqualTo(method);
    assertThat(run.path("evaluations")).hasSize(2);
    // What the method reads is recorded, defaults included, and what it does not read is not.
    assertThat(run.path("config").path("beta").asDouble()).isEqualTo(0.1);
    assertThat(run.path("config").has("rounds")).isEqualTo(method.equals("spin"));
    assertThat(run.path("config").has("eta")).isFalse();
  }

  /// The expected figures are those of [org.tramontane.tests.golden.LossFamilyTest], by PyTorch.
  @ParameterizedTest
  @CsvSource({
    "ipo, --reference, 0.1, 30.6177285136971, 146.22069547385996",
    "apo_down, --reference, 0.1, 0.989372748730247, 1.3820138296008988",
    "aot_unpaired, --reference, 0.1, 0.9203386170922941, 4.808930755991549",
    "bco, --reference, 0.1, 0.8290846114609813, 2.314453867308089",
    "orpo, , 0.25, 8.017573540338578, 7.834781353500784"
  })
  void dryRunsAreGolden(String method, String option, String beta, double loss, double norm)
      throws IOException {
    JsonNode run =
        option == null
            ? dryRun(method, pairs(), "--beta", beta)
            : dryRun(method, pairs(), "--beta", beta, option, Shared.path("goldens/models/a_ref"));
    assertThat(run.path("loss").asDouble()).isCloseTo(loss, within(1e-4 * Math.max(1, loss)));
    assertThat(run.path("grad_norm").asDouble()).isCloseTo(norm, within(1e-4 * norm));
  }

  /// Responses with labels give what the pairs that they come from give; BCO's loss does not depend on their order.
  @Test
  void labelsInPlaceOfPairs() throws IOException {
    Object[] reference = {"--reference", Shared.path("goldens/models/a_ref")};
    JsonNode pairs = dryRun("bco", pairs(), reference);
    JsonNode labels = dryRun("bco", labels(), reference);
    assertThat(labels.path("loss").asDouble())
        .isCloseTo(pairs.path("loss").asDouble(), within(1e-6));
    assertThat(labels.path("delta").asDouble())
        .isCloseTo(pairs.path("delta").asDouble(), within(1e-6));
    assertThat(dryRun("kto", labels(), reference).path("loss").asDouble()).isBetween(0.3, 0.7);

    Path output = folder.resolve("kto");
    Cli.Result result =
        align(
            "kto", labels(), "--output", output, "--batch-size", 4, "--eval-split", 2, "--beta", 1);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("desirable and")
        .contains("held-out rows are not evaluated: they are read without rejected responses");
    assertThat(output.resolve("metrics.csv")).content().hasLineCount(3).contains(",kl,");
  }

  @Test
  void labelsAreRefusedWhereNobodyReadsThem() throws IOException {
    Path labelled =
        Files.writeString(
            folder.resolve("l.jsonl"), "{\"prompt\":\"a\",\"completion\":\"b\",\"label\":true}\n");
    assertRefused(
        align("dpo", labelled, "--dry-run"), "l.jsonl: line 1: a response with a \"label\"");
    Path wrong =
        Files.writeString(
            folder.resolve("w.jsonl"), "{\"prompt\":\"a\",\"completion\":\"b\",\"label\":1}\n");
    assertRefused(align("kto", wrong, "--dry-run"), "\"label\" is 1; true or false is needed");
  }

  /// Packed or not, a step over the same examples is the same.
  @Test
  void packing() throws IOException {
    JsonNode alone = dryRun("sft", pairs(), "--batch-size", 4);
    JsonNode packed = dryRun("sft", pairs(), "--batch-size", 4, "--packing", "--max-length", 30);
    assertThat(packed.path("loss").asDouble())
        .isCloseTo(alone.path("loss").asDouble(), within(1e-5));
    assertThat(packed.path("grad_norm").asDouble())
        .isCloseTo(alone.path("grad_norm").asDouble(), within(1e-4));
    Cli.Result result =
        align(
            "sft", pairs(), "--output", folder.resolve("packed"), "--packing", "--max-length", 30);
    assertThat(result.err()).contains("packed 4 examples into 2 slots of 30 tokens");
  }

  /// PyTorch's cross-entropy of the chosen sequences, prompts included.
  @Test
  void promptsMayBeLearned() throws IOException {
    JsonNode whole = dryRun("sft", pairs(), "--completion-only-loss=false");
    assertThat(whole.path("loss").asDouble()).isCloseTo(7.810776942585868, within(1e-4));
    JsonNode responses = dryRun("sft", pairs());
    assertThat(responses.path("loss").asDouble())
        .isNotCloseTo(whole.path("loss").asDouble(), within(1e-3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "simpo | --reference=x | --reference does not belong to --method simpo",
        "orpo | --label-smoothing=0.1 | --label-smoothing does not belong to --method orpo",
        "dpo | --simpo-gamma=1 | --simpo-gamma does not belong to --method dpo, but to simpo",
        "bco | --desirable-weight=2 | but to kto",
        "spin | --eta=2 | but to spac",
        "spac | --keep-previous | but to spin",
        "dpo | --packing | but to sft",
        "sft | --beta=1 | --beta does not belong to --method sft",
        "spin | --reference=x | --reference does not belong to --method spin",
        "ipo | --beta=0 | beta = 0.0; allowed: above 0",
        "robust | --label-smoothing=0.5 | label_smoothing = 0.5; allowed: 0 or more, below 0.5",
        "simpo | --simpo-gamma=-1 | simpo_gamma = -1.0; allowed: 0 or more",
        "kto | --undesirable-weight=-1 | undesirable_weight = -1.0; allowed: 0 or more",
        "kto | --batch-size=1 | has to be 2 or more",
        "spin | --rounds=0 | rounds = 0; allowed: 1 or more",
        "ppo | --beta=1 | --method"
      })
  void whatDoesNotFitIsRefused(String method, String option, String cause) throws IOException {
    assertRefused(align(method, pairs(), option, "--dry-run"), cause);
  }

  private static void assertRefused(Cli.Result result, String cause) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).startsWith("tramontane: ").contains(cause);
  }
}
