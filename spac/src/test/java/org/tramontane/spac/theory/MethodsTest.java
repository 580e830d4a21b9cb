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

  /// Second derivatives of the plain form's critic term at pi = pi_t, by hand: with I the Fisher information diag(pi) - pi pi^T they are
  /// (1 / (4 eta^2) - 1 / (2 eta)) I / X. Above eta = 1/2 the round begins on a maximum of that term.
  @Test
  void whereARoundBeginsThePlainFormsCriticTermIsFlatAndCurvedAsEtaSays() {
    Comparisons none = new Comparisons(new int[][][] {{{0, 1, 0}, {0, 0, 0}, {0, 0, 0}}});
    double[] pi = {0.2, 0.3, 0.5};
    double h = 1e-4;
    for (double eta : new double[] {0.25, 0.5, 1, 2}) {
      PracticalSpac.Loss loss = new PracticalSpac.Loss(none, 0, pi, new double[3], 0, eta);
      double[] logits = loss.logits();
      double curve = 1 / (4 * eta * eta) - 1 / (2 * eta);
      for (int i = 0; i < 3; i++) {
        assertThat(loss.gradient(logits)[i]).isCloseTo(0, within(1e-15));
        double[] up = logits.clone();
        double[] down = logits.clone();
        up[i] += h;
        down[i] -= h;
        for (int j = 0; j < 3; j++) {
          double fisher = (i == j ? pi[i] : 0) - pi[i] * pi[j];
          double second = (loss.gradient(up)[j] - loss.gradient(down)[j]) / (2 * h);
          assertThat(second).as("eta %s", eta).isCloseTo(curve * fisher, within(1e-7));
        }
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
    for (ConfidenceSet set :
        new ConfidenceSet[] {
          ConfidenceSet.wilks(data, -1, 1), ConfidenceSet.split(data, -1, 1, 4)
        }) {
      PessimisticMle critic = new PessimisticMle(set, mu, 1e-8);
      double[][] pi = Policies.uniform(2, 3);
      Critic.Answer answer = critic.answer(pi);
      assertThat(answer.residual()).isBetween(0.0, 1e-9);
      assertThat(set.contains(answer.f())).isTrue();
      assertThat(set.loss(answer.f())).isCloseTo(set.limit(), within(1e-8));
    }
    ConfidenceSet wilks = ConfidenceSet.wilks(data, -1, 1);
    assertThat(wilks.contains(Baselines.likeliestReward(data, -1, 1, 0))).isTrue();
  }

  /// No reward of the set is worse for the policy than the certified answer, by a search that knows nothing of multipliers.
  @Test
  void noRewardOfTheSetIsWorseThanThePessimistsAnswer() {
    Comparisons data = Comparisons.sample(bandit, 200, random);
    ConfidenceSet set = ConfidenceSet.split(data, -1, 1, 9);
    PessimisticMle critic = new PessimisticMle(set, mu, 1e-8);
    double[][] pi = Policies.tilt(mu, new double[][] {{1, 0, -1}, {0, 1, 0}}, 1);
    Critic.Answer answer = critic.answer(pi);
    double nearest = Double.POSITIVE_INFINITY;
    int inside = 0;
    for (int i = 0; i < 200_000; i++) {
      double width = i % 2 == 0 ? 2 : 0.02;
      double[][] f = new double[2][3];
      for (int x = 0; x < 2; x++) {
        for (int y = 0; y < 3; y++) {
          f[x][y] = Math.clamp(answer.f()[x][y] + random.nextDouble(-width, width), -1, 1);
        }
      }
      if (set.contains(f)) {
        inside++;
        nearest = Math.min(nearest, critic.objective(pi, f) - answer.objective());
      }
    }
    assertThat(inside).isGreaterThan(1_000);
    assertThat(nearest).isBetween(-1e-9, 0.01);
  }

  /// What the split set promises at every n, Wilks' set does not, where two responses are compared once or twice.
  @Test
  void theSplitSetHoldsTheTruthEvenWhereResponsesAreHardlyEverCompared() {
    double[][] rare = {{0.485, 0.485, 0.03}, {0.485, 0.03, 0.485}};
    Bandit sparse = new Bandit(new double[][] {{0.5, 0.25, -0.5}, {0.5, -0.5, 0.25}}, rare);
    int held = 0;
    for (int i = 0; i < 400; i++) {
      Comparisons data = Comparisons.sample(sparse, 50, random);
      held += ConfidenceSet.split(data, -1, 1, i).contains(sparse.reward()) ? 1 : 0;
    }
    // 95 % or more, within three standard errors of 400 draws.
    assertThat(held).isBetween(367, 400);
  }

  @Test
  void halvesAreAllOfTheComparisons() {
    Comparisons data = Comparisons.sample(bandit, 101, random);
    Comparisons[] halves = data.halves(random);
    assertThat(halves[0].count() + halves[1].count()).isEqualTo(101);
    assertThat(halves[0].count()).isBetween(20, 80);
    for (int x = 0; x < 2; x++) {
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          assertThat(halves[0].wins(x, a, b) + halves[1].wins(x, a, b))
              .isEqualTo(data.wins(x, a, b));
        }
      }
    }
  }
}
