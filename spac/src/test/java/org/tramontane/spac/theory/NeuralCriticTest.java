package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;

class NeuralCriticTest {
  private static final int X = 2;
  private static final int Y = 4;

  private final double[][][] features = new double[X][Y][];
  private final SplittableRandom random = new SplittableRandom(5);
  private final NeuralReward network;
  private final Bandit bandit;

  NeuralCriticTest() {
    for (double[][] prompt : features) {
      for (int y = 0; y < Y; y++) {
        prompt[y] = new double[] {random.nextDouble(-1, 1), random.nextDouble(-1, 1), 1};
      }
    }
    network = new NeuralReward(features, 3, 3, 2);
    bandit = new Bandit(network.rewards(network.draw(random)), Policies.uniform(X, Y));
  }

  private NeuralCritic critic(Comparisons data, int restarts) {
    return new NeuralCritic(
        data,
        bandit.mu(),
        network,
        Math.sqrt(data.count()),
        restarts,
        1e-6,
        new SplittableRandom(8));
  }

  private double[][] policy() {
    return Policies.tilt(bandit.mu(), network.rewards(network.draw(random)), 1);
  }

  @Test
  void derivativesAreThoseOfTheValue() {
    NeuralCritic critic = critic(Comparisons.sample(bandit, 60, random), 1);
    for (int i = 0; i < 3; i++) {
      Derivatives.check(critic.objective(policy()), network.draw(random));
    }
  }

  @Test
  void rewardsStayWithinTheirBound() {
    double[] all = new double[network.size()];
    Arrays.fill(all, 3);
    for (double[] prompt : network.rewards(all)) {
      for (double f : prompt) {
        assertThat(Math.abs(f)).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void anAnswerIsStationaryAndItsObjectiveIsWhatItSays() {
    NeuralCritic critic = critic(Comparisons.sample(bandit, 200, random), 4);
    for (int round = 0; round < 10; round++) {
      double[][] pi = policy();
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.residual()).isLessThanOrEqualTo(critic.tolerance());
      assertThat(critic.objective(pi, answer.f())).isCloseTo(answer.objective(), within(1e-12));
    }
  }

  /// Nobody certifies a minimum here, but a search of another kind, without derivatives, in the whole box and from its middle (CMA-ES), finds none that is lower.
  @Test
  void aSearchWithoutDerivativesFindsNothingLower() {
    double nearest = Double.POSITIVE_INFINITY;
    for (int problem = 0; problem < 4; problem++) {
      Comparisons data = Comparisons.sample(bandit, 100, random);
      double[][] pi = policy();
      NeuralCritic critic = critic(data, 20);
      double ours = critic.answer(pi).objective();
      double other = evolved(critic.objective(pi), problem);
      assertThat(ours).as("problem %d", problem).isLessThanOrEqualTo(other + 1e-7);
      nearest = Math.min(nearest, other - ours);
    }
    assertThat(nearest).as("the search is a match at least once").isLessThan(1e-6);
  }

  private double evolved(Objective objective, int seed) {
    int size = network.size();
    double[] low = new double[size];
    double[] high = new double[size];
    double[] sigma = new double[size];
    Arrays.fill(low, -3);
    Arrays.fill(high, 3);
    Arrays.fill(sigma, 1.5);
    CMAESOptimizer optimizer =
        new CMAESOptimizer(
            100_000,
            Double.NEGATIVE_INFINITY,
            true,
            0,
            1,
            new Well19937c(seed),
            false,
            new SimpleValueChecker(1e-14, 1e-14));
    return optimizer
        .optimize(
            new ObjectiveFunction(objective::value),
            GoalType.MINIMIZE,
            new InitialGuess(new double[size]),
            new SimpleBounds(low, high),
            new CMAESOptimizer.Sigma(sigma),
            new CMAESOptimizer.PopulationSize(40),
            new MaxEval(200_000))
        .getValue();
  }
}
