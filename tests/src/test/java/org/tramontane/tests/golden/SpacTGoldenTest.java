package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.Baselines;
import org.tramontane.spac.theory.Comparisons;
import org.tramontane.spac.theory.Critic;
import org.tramontane.spac.theory.SpacT;
import org.tramontane.spac.theory.TabularCritic;
import org.tramontane.tests.Shared;

/// Every round of a game that was solved twice elsewhere.
class SpacTGoldenTest {
  private static final double TOLERANCE = 1e-8;
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"spact_plain", "spact_ridge"})
  void everyRoundAgrees(String name) throws IOException {
    JsonNode golden = JSON.readTree(Shared.path("goldens/spact/" + name + ".json").toFile());
    double[][] mu = JSON.convertValue(golden.get("mu"), double[][].class);
    double[][] reward = JSON.convertValue(golden.get("reward_true"), double[][].class);
    Comparisons data = new Comparisons(JSON.convertValue(golden.get("wins"), int[][][].class));
    Bandit bandit = new Bandit(reward, mu);
    double ridge = golden.get("ridge").asDouble();
    TabularCritic critic =
        new TabularCritic(
            data,
            mu,
            golden.get("lambda").asDouble(),
            golden.get("box").get(0).asDouble(),
            golden.get("box").get(1).asDouble(),
            ridge,
            1e-10,
            1e-15);
    List<double[][]> policies = new ArrayList<>();
    List<Critic.Answer> answers = new ArrayList<>();
    SpacT game =
        SpacT.play(
            critic,
            JSON.convertValue(golden.get("pi_1"), double[][].class),
            golden.get("eta").asDouble(),
            golden.get("T").asInt(),
            (t, pi, answer) -> {
              policies.add(pi);
              answers.add(answer);
            });

    assertThat(data.count()).isEqualTo(golden.get("n").asInt());
    for (int t = 0; t < policies.size(); t++) {
      JsonNode round = golden.get("iterates").get(t);
      assertClose(policies.get(t), round.get("pi"));
      double[][] f = answers.get(t).f();
      assertClose(ridge > 0 ? f : centred(f), round.get(ridge > 0 ? "f" : "f_centred"));
      assertThat(answers.get(t).objective())
          .isCloseTo(round.get("objective").asDouble(), within(TOLERANCE));
    }
    assertClose(game.last(), golden.get("pi_after_T"));
    assertClose(game.mixture(), golden.get("mixture"));
    assertThat(bandit.suboptimality(game.mixture()))
        .isCloseTo(golden.at("/suboptimality/mixture").asDouble(), within(TOLERANCE));
    assertThat(bandit.suboptimality(game.last()))
        .isCloseTo(golden.at("/suboptimality/pi_after_T").asDouble(), within(TOLERANCE));
    assertThat(game.criticResidual()).isBetween(-1e-15, 1e-10);
    assertThat(game.regretSlack()).isPositive();

    JsonNode dpo = golden.get("dpo_tabular");
    double[][] policy =
        Baselines.dpo(data, mu, dpo.get("beta").asDouble(), dpo.get("ridge").asDouble());
    assertClose(policy, dpo.get("pi"));
  }

  private static double[][] centred(double[][] f) {
    return Arrays.stream(f)
        .map(
            row -> {
              double mean = Arrays.stream(row).average().orElseThrow();
              return Arrays.stream(row).map(v -> v - mean).toArray();
            })
        .toArray(double[][]::new);
  }

  private static void assertClose(double[][] actual, JsonNode expected) {
    for (int x = 0; x < actual.length; x++) {
      for (int y = 0; y < actual[x].length; y++) {
        assertThat(actual[x][y])
            .as("prompt %d, response %d", x, y)
            .isCloseTo(expected.get(x).get(y).asDouble(), within(TOLERANCE));
      }
    }
  }
}
