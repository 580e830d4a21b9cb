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
      TabularCritic critic = new TabularCritic(data, bandit.mu(), 5, -1, 1, 0.01, 1e-12, 1e-14);
      double[][] pi = distribution(random);
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.residual()).as("seed %d", seed).isBetween(-1e-15, 1e-12);
      double value = 0;
      for (int x = 0; x < X; x++) {
        PairObjective objective = critic.objective(x, pi[x]);
        Minimum second =
            AcceleratedGradient.minimise(
                objective, objective.smoothness(), critic.box(), new double[Y], 1e-14, 200_000);
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
          new LinearCritic(data, bandit.mu(), features, 5, seed % 2 == 0 ? 0.2 : 3, 1e-10, 1e-12);
      double[][] pi = distribution(random);
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.residual()).as("seed %d", seed).isBetween(-1e-14, 1e-11);
      PreferenceObjective objective = critic.objective(pi);
      Minimum second =
          AcceleratedGradient.minimise(
              objective, objective.smoothness(), critic.ball(), new double[4], 1e-13, 200_000);
      assertThat(answer.objective()).as("seed %d", seed).isCloseTo(second.value(), within(1e-11));
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
    TabularCritic critic = new TabularCritic(data, bandit.mu(), 5, -1, 1, 0.1, 1e-11, 1e-12);
    Derivatives.check(critic.objective(1, distribution(random)[1]), random(random)[0]);
    LinearCritic linear =
        new LinearCritic(data, bandit.mu(), features(random, 4), 5, 1, 1e-10, 1e-12);
    Derivatives.check(linear.objective(distribution(random)), new double[] {0.2, -0.7, 0.4, 0.1});
  }

  private static double[][][] features(SplittableRandom random, int dimension) {
    double[][][] features = new double[X][Y][dimension];
    for (double[][] prompt : features) {
      for (double[] phi : prompt) {
        for (int i = 0; i < phi.length; i++) {
          phi[i] = random.nextDouble(-1, 1);
        }
      }
    }
    return features;
  }

  /// With one feature for each cell a linear reward is a table: two implementations of one function.
  @Test
  void aLinearRewardOfOneHotFeaturesIsATable() {
    SplittableRandom random = new SplittableRandom(11);
    Bandit bandit = new Bandit(random(random), distribution(random));
    Comparisons data = Comparisons.sample(bandit, 300, random);
    double[][][] oneHot = new double[X][Y][X * Y];
    for (int x = 0; x < X; x++) {
      for (int y = 0; y < Y; y++) {
        oneHot[x][y][x * Y + y] = 1;
      }
    }
    double[][] pi = distribution(random);
    LinearCritic linear = new LinearCritic(data, bandit.mu(), oneHot, 4, 1.5, 1e-10, 1e-12);
    Critic.Answer answer = linear.answer(pi);
    assertThat(linear.objective(pi, answer.f())).isCloseTo(answer.objective(), within(1e-12));
    assertThat(LinearCritic.concentrability(pi, bandit.mu(), oneHot))
        .isCloseTo(bandit.concentrability(pi), within(1e-9));
  }

  /// The hard case: prompts' common pairs outweigh the rare ones by 50,000 to 1.
  @Test
  void theGapIsReachedWhereSomeResponsesAreHardlyEverCompared() {
    double rare = 7.5e-5;
    double common = (1 - 4 * rare) / 2;
    double[] row = {common, common, rare, rare, rare, rare};
    double[] reward = {0.5, 0.25, -0.5, -0.5, -0.5, -0.5};
    Bandit bandit =
        new Bandit(
            new double[][] {reward, reward, reward, reward, reward},
            new double[][] {row, row, row, row, row});
    for (int seed = 0; seed < 3; seed++) {
      Comparisons data = Comparisons.sample(bandit, 50_000, new SplittableRandom(seed));
      Critic critic = new TabularCritic(data, bandit.mu(), Math.sqrt(50_000), -1, 1, 0, 1e-8, 1e-9);
      SpacT game =
          SpacT.play(critic, Policies.uniform(5, 6), 0.03, 1_000, new Audit(bandit, critic));
      assertThat(game.criticResidual()).as("seed %d", seed).isLessThanOrEqualTo(1e-8);
      assertThat(game.averageRegret()).isLessThanOrEqualTo(game.regretBound());
    }
  }

  @Test
  void aCriticThatFallsShortStopsTheGame() {
    Critic lazy =
        new Critic() {
          private int round;

          @Override
          public Answer answer(double[][] pi) {
            return new Answer(new double[X][Y], 0, ++round == 3 ? 2e-8 : 1e-8);
          }

          @Override
          public double objective(double[][] pi, double[][] f) {
            return 0;
          }

          @Override
          public Certificate certificate() {
            return Certificate.OPTIMALITY_GAP;
          }

          @Override
          public double tolerance() {
            return 1e-8;
          }
        };
    assertThatThrownBy(
            () -> SpacT.play(lazy, Policies.uniform(X, Y), 0.1, 5, (t, pi, answer) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "critic: at round 3 its optimality gap is 2.00e-08, above the tolerance of 1.00e-08");
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
