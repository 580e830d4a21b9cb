package org.tramontane.spac.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The losses of SPAC's game, by hand and against finite differences.
class GameLossTest {
  private static final double STEP = 1e-6;

  @Test
  void theCriticsLossByHand() {
    // z = ln 3, so that sigmoid(z) = 3/4: the preference costs ln(4/3), with the slope -1/4.
    double z = Math.log(3);
    CriticLoss.Terms terms = new CriticLoss(2).at(new ResponseRewards(1 + z, 1, 4));
    assertThat(terms.criticTerm()).isCloseTo(4 - (2 + z) / 2, within(1e-12));
    assertThat(terms.preferenceTerm()).isCloseTo(Math.log(4.0 / 3), within(1e-12));
    assertThat(terms.loss()).isCloseTo(4 - (2 + z) / 2 + 2 * Math.log(4.0 / 3), within(1e-12));
    assertThat(terms.gradient().self()).isEqualTo(1);
    assertThat(terms.gradient().chosen()).isCloseTo(-0.5 - 2 * 0.25, within(1e-12));
    assertThat(terms.gradient().rejected()).isCloseTo(-0.5 + 2 * 0.25, within(1e-12));
  }

  /// Adding the same to all rewards of a prompt changes nothing: only differences matter.
  @Test
  void bothLossesIgnoreABaseline() {
    ResponseRewards f = new ResponseRewards(0.4, -1, 2);
    ResponseRewards shifted = new ResponseRewards(3.4, 2, 5);
    SequenceLogProbs rho = new SequenceLogProbs(1, 2, -4);
    assertThat(new CriticLoss(3).at(shifted).loss())
        .isCloseTo(new CriticLoss(3).at(f).loss(), within(1e-12));
    PolicyFitLoss fit = new PolicyFitLoss(0.5, PolicyFitLoss.Pairs.ALL);
    assertThat(fit.at(rho, shifted).error()).isCloseTo(fit.at(rho, f).error(), within(1e-12));
  }

  @Test
  void thePolicysLossByHand() {
    // rho - eta f with eta = 2: y+ 1 - 2 = -1, y- 0 - 0 = 0, y' -3 - (-2) = -1.
    ResponseRewards f = new ResponseRewards(1, 0, -1);
    SequenceLogProbs rho = new SequenceLogProbs(1, 0, -3);
    PolicyFitLoss.Terms all = new PolicyFitLoss(2, PolicyFitLoss.Pairs.ALL).at(rho, f);
    assertThat(all.error()).isCloseTo((1 + 0 + 1) / 3.0, within(1e-12));
    assertThat(all.target()).isCloseTo((4 + 16 + 4) / 3.0, within(1e-12));
    assertThat(all.gradient()).isEqualTo(new SequenceLogProbs(-2 / 3.0, 4 / 3.0, -2 / 3.0));
    PolicyFitLoss.Terms pair = new PolicyFitLoss(2, PolicyFitLoss.Pairs.PREFERENCE).at(rho, f);
    assertThat(pair.error()).isEqualTo(1);
    assertThat(pair.gradient()).isEqualTo(new SequenceLogProbs(-2, 2, 0));
    PolicyFitLoss.Terms self = new PolicyFitLoss(2, PolicyFitLoss.Pairs.SELF).at(rho, f);
    assertThat(self.error()).isEqualTo(0.5);
    assertThat(self.gradient()).isEqualTo(new SequenceLogProbs(0, 1, -1));
  }

  @ParameterizedTest
  @EnumSource(PolicyFitLoss.Pairs.class)
  void theSolutionHasNoError(PolicyFitLoss.Pairs pairs) {
    ResponseRewards f = new ResponseRewards(1.5, -0.25, -2);
    double logZ = 0.7;
    SequenceLogProbs rho =
        new SequenceLogProbs(0.5 * 1.5 - logZ, 0.5 * -0.25 - logZ, 0.5 * -2 - logZ);
    PolicyFitLoss.Terms terms = new PolicyFitLoss(0.5, pairs).at(rho, f);
    assertThat(terms.error()).isCloseTo(0, within(1e-20));
    assertThat(terms.gradient().chosen()).isCloseTo(0, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(PolicyFitLoss.Pairs.class)
  void derivatives(PolicyFitLoss.Pairs pairs) {
    SplittableRandom random = new SplittableRandom(1);
    CriticLoss critic = new CriticLoss(1.7);
    PolicyFitLoss fit = new PolicyFitLoss(0.6, pairs);
    for (int i = 0; i < 50; i++) {
      double[] f = random.doubles(3, -4, 4).toArray();
      double[] rho = random.doubles(3, -9, 9).toArray();
      ResponseRewards gradient = critic.at(rewards(f)).gradient();
      check(
          f,
          new double[] {gradient.chosen(), gradient.rejected(), gradient.self()},
          at -> critic.at(rewards(at)).loss());
      SequenceLogProbs slope = fit.at(ratios(rho), rewards(f)).gradient();
      check(
          rho,
          new double[] {slope.chosen(), slope.rejected(), slope.self()},
          at -> fit.at(ratios(at), rewards(f)).error());
    }
  }

  private static void check(double[] at, double[] gradient, ToDoubleFunction<double[]> function) {
    for (int i = 0; i < at.length; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += STEP;
      down[i] -= STEP;
      double slope = (function.applyAsDouble(up) - function.applyAsDouble(down)) / (2 * STEP);
      assertThat(gradient[i]).isCloseTo(slope, within(1e-6));
    }
  }

  private static ResponseRewards rewards(double[] f) {
    return new ResponseRewards(f[0], f[1], f[2]);
  }

  private static SequenceLogProbs ratios(double[] rho) {
    return new SequenceLogProbs(rho[0], rho[1], rho[2]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 5})
  void rewardsStayInTheirBox(double bound) {
    RewardBound box = new RewardBound(bound);
    assertThat(box.reward(0)).isZero();
    assertThat(box.slope(0)).isEqualTo(1);
    for (double head : new double[] {-1e6, -40, -3, -0.1, 0.1, 3, 40, 1e6}) {
      assertThat(Math.abs(box.reward(head))).isLessThanOrEqualTo(bound).isPositive();
      double slope = (box.reward(head + STEP) - box.reward(head - STEP)) / (2 * STEP);
      assertThat(box.slope(head)).isCloseTo(slope, within(1e-8)).isNotNaN();
    }
    // Where 1 - tanh^2 would cancel to 0, there is still a slope.
    assertThat(box.slope(25 * bound)).isPositive();
  }

  @Test
  void ranges() {
    assertThatThrownBy(() -> new RewardBound(0)).hasMessageContaining("critic_bound = 0");
    assertThatThrownBy(() -> new CriticLoss(-1)).hasMessageContaining("lambda = -1");
    assertThatThrownBy(() -> new PolicyFitLoss(0, PolicyFitLoss.Pairs.ALL))
        .hasMessageContaining("eta = 0");
  }
}
