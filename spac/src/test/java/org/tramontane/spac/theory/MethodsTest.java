package org.tramontane.spac.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MethodsTest {
  private final SplittableRandom random = new SplittableRandom(3);
  private final double[][] mu = {{0.5, 0.3, 0.2}, {0.2, 0.2, 0.6}};
  private final Bandit bandit = new Bandit(new double[][] {{0.5, 0, -0.5}, {-0.5, 0.5, 0}}, mu);

  @Test
  void thePracticalLossHasTheGradientThatItSays() {
    Comparisons data = Comparisons.sample(bandit, 60, random);
    for (double[] base : new double[][] {{0, 0, 0}, mu[1]}) {
      PracticalSpac.Loss loss =
          new PracticalSpac.Loss(data, 1, new double[] {0.2, 0.5, 0.3}, base, 4, 0.7);
      double[] logits = {0.3, -0.4, 0.9};
      double h = 1e-5;
      for (int i = 0; i < logits.length; i++) {
        double[] up = logits.clone();
        double[] down = logits.clone();
        up[i] += h;
        down[i] -= h;
        assertThat(loss.gradient(logits)[i])
            .isCloseTo((loss.value(up) - loss.value(down)) / (2 * h), within(1e-8));
      }
    }
  }

  /// Why the plain form is not pessimistic: where a round begins, its critic's term has no gradient.
  @Test
  void withoutPreferencesThePlainFormStaysAndTheRelativeFormLeavesWhatTheDataLack() {
    Comparisons none = new Comparisons(new int[][][] {{{0, 1, 0}, {0, 0, 0}, {0, 0, 0}}});
    double[] pi = {0.1, 0.1, 0.8};
    double[] logits = {Math.log(0.1), Math.log(0.1), Math.log(0.8)};
    double[] plain = new PracticalSpac.Loss(none, 0, pi, new double[3], 0, 1).gradient(logits);
    double[] relative = new PracticalSpac.Loss(none, 0, pi, mu[0], 0, 1).gradient(logits);
    for (int y = 0; y < 3; y++) {
      assertThat(plain[y]).isCloseTo(0, within(1e-15));
      // Down the gradient is towards mu: (pi - mu) / 2 at the beginning.
      assertThat(relative[y]).isCloseTo((pi[y] - mu[0][y]) / 2, within(1e-15));
    }
  }

  @Test
  void ipoAndRlhfByHand() {
    // One pair, compared 3 to 1: IPO's h difference is the mean of its labels, (3 - 1) / 4 / (2
    // beta).
    Comparisons pair = new Comparisons(new int[][][] {{{0, 3}, {1, 0}}});
    double[][] half = {{0.5, 0.5}};
    double[][] ipo = Baselines.ipo(pair, half, 0.25, 1e-12);
    assertThat(Math.log(ipo[0][0] / ipo[0][1])).isCloseTo(1, within(1e-9));
    // The likeliest difference is log 3 = 1.0986, within the box.
    double[][] rlhf = Baselines.rlhf(pair, half, -1, 1, 0.5);
    assertThat(Math.log(rlhf[0][0] / rlhf[0][1])).isCloseTo(2 * Math.log(3), within(1e-4));
    assertThat(Baselines.greedy(pair, -1, 1)[0]).containsExactly(1, 0);
  }

  @Test
  void thePessimistStaysWithinItsConfidenceSetAndOnItsEdge() {
    Comparisons data = Comparisons.sample(bandit, 500, random);
    PessimisticMle critic = new PessimisticMle(data, mu, -1, 1);
    double[][] pi = Policies.uniform(2, 3);
    double loss = critic.loss(critic.answer(pi).f());
    assertThat(loss).isCloseTo(critic.limit(), within(1e-4));
    assertThat(critic.loss(Baselines.likeliestReward(data, -1, 1, 0))).isLessThan(critic.limit());
  }
}
