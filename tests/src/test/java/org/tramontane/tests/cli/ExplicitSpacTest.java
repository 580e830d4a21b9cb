package org.tramontane.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.train.Critic;
import org.tramontane.tensor.Backend;
import org.tramontane.tensor.BackendOptions;
import org.tramontane.tensor.Backends;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.MistralWeights;

/// `tramontane align --spac-form explicit` as a user runs it.
class ExplicitSpacTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path batch() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode example :
        JSON.readTree(Files.readString(Shared.path("goldens/pref/batch.json"))).path("examples")) {
      var row = JSON.createObjectNode();
      row.set("prompt_ids", example.path("prompt"));
      row.set("chosen_ids", example.path("chosen"));
      row.set("rejected_ids", example.path("rejected"));
      lines.add(row.toString());
    }
    return Files.write(folder.resolve("batch.jsonl"), lines);
  }

  private Cli.Result align(Object... more) throws IOException {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "align",
                "--method",
                "spac",
                "--spac-form",
                "explicit",
                "--model",
                Shared.path("goldens/models/a"),
                "--data",
                batch(),
                "--max-new-tokens",
                6));
    words.addAll(Arrays.asList(more));
    return Cli.run(words.toArray());
  }

  /// A fresh critic says 0 of everything: what is left is ln 2 per preference.
  @Test
  void dryRun() throws IOException {
    Cli.Result result = align("--lambda", 3, "--dry-run", "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode run = JSON.readTree(result.out());
    assertThat(run.path("loss").asDouble()).isCloseTo(3 * Math.log(2), within(1e-9));
    assertThat(run.path("grad_norm").asDouble()).isPositive();
    assertThat(run.path("preference_term").asDouble()).isCloseTo(Math.log(2), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aRunLeavesPolicyCriticAndFigures(boolean peft) throws IOException {
    Path out = folder.resolve("out");
    Cli.Result result =
        align(
            "--output",
            out,
            "--rounds",
            2,
            "--kl-samples",
            3,
            "--eval-data",
            batch(),
            "--critic-learning-rate",
            0.01,
            "--critic-num-train-epochs",
            6,
            "--learning-rate",
            0.002,
            "--num-train-epochs",
            5,
            "--per-device-train-batch-size",
            4,
            "--critic-bound",
            2,
            "--use-peft",
            peft);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("| round | f(y') |").contains("written to");

    JsonNode run = JSON.readTree(Files.readString(out.resolve("run.json")));
    assertThat(run.path("config").path("spac_form").asText()).isEqualToIgnoringCase("explicit");
    assertThat(run.path("config").has("critic_bound")).isTrue();
    assertThat(run.path("config").has("relative")).isFalse();
    assertThat(run.path("seconds").has("critic")).isTrue();
    JsonNode game = run.path("game");
    assertThat(game).hasSize(2);
    for (JsonNode round : game) {
      JsonNode critic = round.path("critic");
      assertThat(critic.path("last_loss").asDouble())
          .isLessThan(critic.path("first_loss").asDouble());
      assertThat(critic.path("self").asDouble()).isBetween(-2.0, critic.path("data").asDouble());
      assertThat(critic.path("preference_nll").asDouble()).isPositive();
      JsonNode policy = round.path("policy");
      assertThat(policy.path("fit_error").asDouble()).isPositive();
      // Three tiny examples: what a few steps make of them may be worse than not to move.
      assertThat(policy.path("unexplained").asDouble()).isPositive();
      assertThat(policy.path("kl_previous").isNumber()).isTrue();
      assertThat(policy.path("kl_reference_standard_error").asDouble()).isPositive();
      assertThat(policy.path("kl_responses").asInt()).isEqualTo(3);
    }
    assertThat(run.path("evaluations")).hasSize(3);

    List<String> rows = Files.readAllLines(out.resolve("metrics.csv"));
    List<String> columns = List.of(rows.getFirst().split(",", -1));
    assertThat(columns).contains("phase", "critic/self", "critic/data", "fit_error");
    int phase = columns.indexOf("phase");
    int critic = columns.indexOf("critic_term");
    int fit = columns.indexOf("fit_error");
    int critics = 0;
    for (String row : rows.subList(1, rows.size())) {
      String[] cells = row.split(",", -1);
      boolean ofCritic = cells[phase].equals("1");
      assertThat(cells[phase]).isIn("1", "2");
      assertThat(cells[critic].equals("NaN")).isNotEqualTo(ofCritic);
      assertThat(cells[fit].equals("NaN")).isEqualTo(ofCritic);
      critics += ofCritic ? 1 : 0;
    }
    assertThat(critics)
        .isEqualTo(2 * run.path("game").path(0).path("critic").path("steps").asInt());
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("Critic and policy, round by round")
        .contains("loss of the critic step")
        .contains("loss of the policy step");
    assertThat(Files.exists(out.resolve("critic").resolve("adapter_config.json"))).isEqualTo(peft);
    assertCriticLoads(out.resolve("critic"), game.path(1).path("critic"));

    Cli.Result compared = Cli.run("compare", out);
    assertThat(compared.exitCode()).as(compared.err()).isZero();
  }

  private void assertCriticLoads(Path dir, JsonNode figures) {
    try (Arena arena = Arena.ofShared();
        Backend backend = Backends.create("cpu", BackendOptions.defaults())) {
      MistralModel base =
          new MistralModel(MistralWeights.open(Shared.path("goldens/models/a"), arena), backend);
      Critic critic = Critic.open(dir, base, backend, arena);
      assertThat(critic.bound().bound()).isEqualTo(2);
      PreferenceExample example =
          PreferenceExample.of(new int[] {1, 5}, new int[] {6, 7}, new int[] {8})
              .withSelf(new int[] {9});
      ResponseRewards f = critic.rewards(List.of(example)).getFirst();
      assertThat(f.chosen()).isBetween(-2.0, 2.0).isNotZero();
      assertThat(figures.path("data").asDouble()).isNotZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--method dpo --critic-bound 3 | --critic-bound does not belong to --method dpo, but to spac",
        "--method spin --spac-form explicit | --spac-form does not belong to --method spin",
        "--method spac --critic-bound 3 | --critic-bound does not belong to --spac-form practical, but to explicit",
        "--method spac --spac-form explicit --relative | --relative does not belong to --spac-form explicit, but to practical",
        "--method spac --spac-form explicit --critic linear | --critic does not belong to --spac-form explicit",
        "--method spac --spac-form explicit --critic-bound 0 | critic_bound = 0.0; allowed: above 0",
        "--method spac --spac-form explicit --kl-samples -1 | kl_samples = -1; allowed: 0 or more",
        "--method spac --spac-form explicit --lora-r 4 | belong to an adapter",
        "--method spac --spac-form explicit --critic-use-peft --lora-target-modules lm_head | target_modules = lm_head",
      })
  void whatDoesNotFitIsRefused(String options, String message) throws IOException {
    List<Object> words = new ArrayList<>(List.of("align"));
    words.addAll(Arrays.asList((Object[]) options.split(" ")));
    words.addAll(
        List.of("--model", Shared.path("goldens/models/a"), "--data", batch(), "--dry-run"));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }

  @Test
  void thePlanCountsTheCritic() throws IOException {
    JsonNode full = JSON.readTree(align("--plan", "--json").out());
    JsonNode low = JSON.readTree(align("--plan", "--json", "--critic-use-peft").out());
    JsonNode without =
        JSON.readTree(
            Cli.run(
                    "align",
                    "--method",
                    "spac",
                    "--model",
                    Shared.path("goldens/models/a"),
                    "--data",
                    batch(),
                    "--max-new-tokens",
                    6,
                    "--plan",
                    "--json")
                .out());
    assertThat(bytes(without, "always", "critic's weights")).isZero();
    assertThat(bytes(full, "always", "critic's weights")).isPositive();
    assertThat(bytes(full, "critic", "AdamW's moments"))
        .isEqualTo(2 * bytes(full, "always", "critic's weights"));
    assertThat(bytes(low, "always", "critic's adapter and head"))
        .isLessThan(bytes(full, "always", "critic's weights") / 4);
    assertThat(full.path("peak_bytes").asLong()).isGreaterThan(without.path("peak_bytes").asLong());
    // In the first round pi_t is the start, which is there anyway.
    assertThat(bytes(full, "training", "copy of pi_t")).isZero();
    JsonNode rounds = JSON.readTree(align("--plan", "--json", "--rounds", 2).out());
    assertThat(bytes(rounds, "training", "copy of pi_t"))
        .isEqualTo(bytes(rounds, "always", "trained weights"));
  }

  private static long bytes(JsonNode plan, String phase, String what) {
    long bytes = 0;
    for (JsonNode item : plan.path("items")) {
      if (item.path("phase").asText().equals(phase) && item.path("what").asText().equals(what)) {
        bytes += item.path("bytes").asLong();
      }
    }
    return bytes;
  }
}
