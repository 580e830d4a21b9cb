package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CriticTest {
  private static final int X = 3;
  private static final int Y = 5;

  private static double[][] random(SplittableRandom random) {
    double[][] table = new double[X][Y];
    for (double[] row : table) {
      for (int y = 0; y < Y; y++) {
        row[y] = random.nextDouble(-1, 1);
      }
    }
    return table;
  }

  private static double[][] distribution(SplittableRandom random) {
    return Policies.tilt(Policies.uniform(X, Y), random(random), 2);
  }

  @Test
  void newtonAndAcceleratedGradientFindTheSameTabularReward() {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Bandit bandit = new Bandit(random(random), distribution(random));
      Comparisons data = Comparisons.sample(bandit, 400, random);
      TabularCritic critic = new TabularCritic(data, bandit.mu(), 5, -1, 1, 0.01, 1e-14);
      double[][] pi = distribution(random);
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.gap()).as("seed %d", seed).isBetween(-1e-15, 1e-12);
      double value = 0;
      for (int x = 0; x < X; x++) {
        PreferenceObjective objective = critic.objective(x, pi[x]);
        Minimum second =
            AcceleratedGradient.minimise(objective, critic.box(), new double[Y], 1e-14, 200_000);
        value += second.value();
        for (int y = 0; y < Y; y++) {
          assertThat(answer.f()[x][y]).isCloseTo(second.point()[y], within(1e-5));
        }
      }
      assertThat(answer.objective()).as("seed %d", seed).isCloseTo(value, within(1e-11));
    }
  }

  @Test
  void newtonAndAcceleratedGradientFindTheSameLinearReward() {
    int onSphere = 0;
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[][][] features = new double[X][Y][4];
      for (double[][] prompt : features) {
        for (double[] phi : prompt) {
          for (int i = 0; i < phi.length; i++) {
            phi[i] = random.nextDouble(-1, 1);
          }
        }
      }
      Bandit bandit = new Bandit(random(random), distribution(random));
      Comparisons data = Comparisons.sample(bandit, 400, random);
      LinearCritic critic =
          new LinearCritic(data, bandit.mu(), features, 5, seed % 2 == 0 ? 0.2 : 3);
      double[][] pi = distribution(random);
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.gap()).as("seed %d", seed).isBetween(-1e-12, 1e-8);
      Minimum second =
          AcceleratedGradient.minimise(
              critic.objective(pi, 0), critic.ball(), new double[4], 1e-13, 200_000);
      assertThat(answer.objective()).as("seed %d", seed).isCloseTo(second.value(), within(1e-8));
      double norm = Math.sqrt(PreferenceObjective.dot(second.point(), second.point()));
      if (norm > critic.ball().radius() - 1e-6) {
        onSphere++;
      }
    }
    assertThat(onSphere).as("both kinds of minimum were met").isBetween(1, 19);
  }

  @Test
  void derivativesAreThoseOfTheValue() {
    SplittableRandom random = new SplittableRandom(7);
    Bandit bandit = new Bandit(random(random), distribution(random));
    Comparisons data = Comparisons.sample(bandit, 50, random);
    TabularCritic critic = new TabularCritic(data, bandit.mu(), 5, -1, 1, 0.1, 1e-12);
    PreferenceObjective objective = critic.objective(1, distribution(random)[1]);
    double[] v = random(random)[0];
    double h = 1e-5;
    for (int i = 0; i < Y; i++) {
      double[] up = v.clone();
      double[] down = v.clone();
      up[i] += h;
      down[i] -= h;
      assertThat(objective.gradient(v)[i])
          .isCloseTo((objective.value(up) - objective.value(down)) / (2 * h), within(1e-8));
      for (int j = 0; j < Y; j++) {
        double second = (objective.gradient(up)[j] - objective.gradient(down)[j]) / (2 * h);
        assertThat(objective.hessian(v)[i][j]).isCloseTo(second, within(1e-8));
      }
    }
  }

  @Test
  void theRegretBoundHoldsForTheTiltAndBreaksForAnotherStep() {
    double[][] start = Policies.uniform(1, 2);
    double eta = 0.5;
    RegretBound kept = new RegretBound(start, eta);
    RegretBound broken = new RegretBound(start, eta);
    double[][] f = {{1, -1}};
    double[][] pi = start;
    for (int t = 1; t <= 50; t++) {
      kept.add(pi, f, t);
      pi = Policies.tilt(pi, f, eta);
    }
    assertThat(kept.slack()).isPositive();
    assertThatThrownBy(
            () -> {
              for (int t = 1; t <= 50; t++) {
                broken.add(start, f, t); // a player who does not move
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("regret bound: at round");
  }

  @Test
  void coverageByHand() {
    double[][] mu = {{0.5, 0.25, 0.25}, {0.125, 0.125, 0.75}};
    Bandit bandit = new Bandit(new double[][] {{1, 0, 0}, {1, 0, 0}}, mu);
    // chi-squared of a point mass: 1 / mu - 1, here 1 and 7; half of their mean is 2.
    assertThat(bandit.concentrability(bandit.optimal())).isCloseTo(Math.sqrt(2), within(1e-15));
    assertThat(bandit.concentrability(mu)).isZero();
    assertThat(bandit.suboptimality(mu)).isCloseTo((0.5 + 0.875) / 2, within(1e-15));
  }
}
