package org.tramontane.spac.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.loss.SpacLoss.Critic;

class PreferenceLossTest {
  private static final SequenceLogProbs FROZEN = new SequenceLogProbs(-10, -12, -8);
  private static final double LN_2 = Math.log(2);

  static List<PreferenceLoss> losses() {
    return List.of(
        new DpoLoss(0.1, 0),
        new DpoLoss(0.7, 0.2),
        new SpacLoss(Critic.LINEAR, false, 1, 1),
        new SpacLoss(Critic.LINEAR, false, 5, 0.1),
        new SpacLoss(Critic.LINEAR, true, 0.5, 10),
        new SpacLoss(Critic.LOGSIG, false, 2, 1),
        new SpacLoss(Critic.LOGSIG, true, 2, 0.3),
        new RobustDpoLoss(0.7, 0.2),
        new IpoLoss(0.3),
        new HingeLoss(0.2),
        new SimPoLoss(2, 1, 0),
        new SimPoLoss(2, 1, 0.1),
        new OrpoLoss(0.5),
        new ApoZeroLoss(0.4),
        new ApoDownLoss(0.4),
        new SppoHardLoss(0.5),
        new BcoPairLoss(0.4),
        new NcaPairLoss(0.4),
        new SpinLoss(0.4));
  }

  @Test
  void dpoIsLn2WhereThePolicyIsTheReference() {
    assertThat(new DpoLoss(0.1, 0).at(FROZEN, FROZEN).loss()).isEqualTo(LN_2);
    assertThat(new DpoLoss(0.1, 0.2).at(FROZEN, FROZEN).loss()).isCloseTo(LN_2, within(1e-15));
  }

  @Test
  void dpoByHand() {
    // rho = (2, -1), h = 3, beta h = 1.5
    SequenceLogProbs policy = SequenceLogProbs.pair(-8, -13);
    LossTerms terms = new DpoLoss(0.5, 0.1).at(policy, FROZEN);
    double plus = Math.log(1 + Math.exp(-1.5));
    double minus = Math.log(1 + Math.exp(1.5));
    assertThat(terms.loss()).isCloseTo(0.9 * plus + 0.1 * minus, within(1e-15));
    double slope = -0.9 / (1 + Math.exp(1.5)) + 0.1 / (1 + Math.exp(-1.5));
    assertThat(terms.gradient().chosen()).isCloseTo(0.5 * slope, within(1e-15));
    assertThat(terms.gradient().rejected()).isCloseTo(-0.5 * slope, within(1e-15));
    assertThat(terms.criticTerm()).isZero();
    assertThat(terms.preferenceTerm()).isEqualTo(terms.loss());
  }

  @Test
  void spacByHand() {
    // rho = (2, -1, 3), h = 3, eta = 2
    SequenceLogProbs policy = new SequenceLogProbs(-8, -13, -5);
    double preference = Math.log(1 + Math.exp(-1.5));

    LossTerms linear = new SpacLoss(Critic.LINEAR, false, 4, 2).at(policy, FROZEN);
    assertThat(linear.criticTerm()).isEqualTo(3);
    assertThat(linear.preferenceTerm()).isCloseTo(preference, within(1e-15));
    assertThat(linear.loss()).isCloseTo(3 + 4 * preference, within(1e-14));
    assertThat(linear.gradient().self()).isEqualTo(1);

    LossTerms relative = new SpacLoss(Critic.LINEAR, true, 4, 2).at(policy, FROZEN);
    assertThat(relative.criticTerm()).isEqualTo(3 - (2 - 1) / 2.0);

    LossTerms logsig = new SpacLoss(Critic.LOGSIG, false, 4, 2).at(policy, FROZEN);
    assertThat(logsig.criticTerm()).isCloseTo(Math.log(1 + Math.exp(1.5)), within(1e-15));

    LossTerms both = new SpacLoss(Critic.LOGSIG, true, 4, 2).at(policy, FROZEN);
    assertThat(both.criticTerm()).isCloseTo(Math.log(1 + Math.exp(1.25)), within(1e-15));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void gradientIsTheDerivative(PreferenceLoss loss) {
    SequenceLogProbs policy = new SequenceLogProbs(-9.2, -12.9, -7.4);
    double step = 1e-5;
    SequenceLogProbs gradient = loss.at(policy, FROZEN).gradient();
    assertThat(gradient.chosen())
        .isCloseTo(difference(loss, policy, new SequenceLogProbs(step, 0, 0)), within(1e-8));
    assertThat(gradient.rejected())
        .isCloseTo(difference(loss, policy, new SequenceLogProbs(0, step, 0)), within(1e-8));
    assertThat(gradient.self())
        .isCloseTo(difference(loss, policy, new SequenceLogProbs(0, 0, step)), within(1e-8));
  }

  private static double difference(
      PreferenceLoss loss, SequenceLogProbs policy, SequenceLogProbs step) {
    double size = step.chosen() + step.rejected() + step.self();
    double above = loss.at(policy.logRatios(step.times(-1)), FROZEN).loss();
    double below = loss.at(policy.logRatios(step), FROZEN).loss();
    return (above - below) / (2 * size);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void extremesStayFinite(PreferenceLoss loss) {
    boolean squared = loss instanceof IpoLoss || loss instanceof SppoHardLoss;
    for (double size : new double[] {1e4, squared ? 1e150 : 1e300}) {
      for (int signs = 0; signs < 27; signs++) {
        SequenceLogProbs policy =
            new SequenceLogProbs(
                size * (signs % 3 - 1), size * (signs / 3 % 3 - 1), size * (signs / 9 - 1));
        LossTerms terms = loss.at(policy, SequenceLogProbs.pair(0, 0));
        assertThat(terms.loss()).as("loss at %s", policy).isFinite();
        assertThat(terms.gradient().chosen()).isFinite();
        assertThat(terms.gradient().rejected()).isFinite();
        assertThat(terms.gradient().self()).isFinite();
        assertThat(loss.metrics(policy, SequenceLogProbs.pair(0, 0)).values())
            .allSatisfy(value -> assertThat(value).isFinite());
      }
    }
  }

  /// The same from sums over tokens: the lengths take part in loss and derivative.
  @ParameterizedTest
  @MethodSource("losses")
  void gradientOfSumsIsTheDerivative(PreferenceLoss loss) {
    ResponseLengths tokens = new ResponseLengths(3, 5, 2);
    double[] at = {-9.2, -12.9, -7.4};
    SequenceLogProbs gradient = loss.at(sums(at), FROZEN, tokens).gradient();
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double[] above = at.clone();
      double[] below = at.clone();
      above[i] += 1e-5;
      below[i] -= 1e-5;
      expected[i] =
          (loss.at(sums(above), FROZEN, tokens).loss()
                  - loss.at(sums(below), FROZEN, tokens).loss())
              / 2e-5;
    }
    assertThat(gradient.chosen()).isCloseTo(expected[0], within(1e-8));
    assertThat(gradient.rejected()).isCloseTo(expected[1], within(1e-8));
    assertThat(gradient.self()).isCloseTo(expected[2], within(1e-8));
  }

  private static SequenceLogProbs sums(double[] values) {
    return new SequenceLogProbs(values[0], values[1], values[2]);
  }

  @Test
  void pairLossesByHand() {
    // rho = (2, -1), h = 3
    SequenceLogProbs policy = SequenceLogProbs.pair(-8, -13);
    assertThat(new IpoLoss(0.25).at(policy, FROZEN).loss()).isEqualTo(1);
    // rho / |y| = (2 / 4, -1 / 2), so h = 1 and the target is 2
    assertThat(new IpoLoss(0.25).at(policy, FROZEN, ResponseLengths.pair(4, 2)).loss())
        .isEqualTo(1);
    assertThat(new HingeLoss(0.25).at(policy, FROZEN).loss()).isEqualTo(0.25);
    assertThat(new HingeLoss(0.5).at(policy, FROZEN).loss()).isZero();
    assertThat(new SppoHardLoss(0.5).at(policy, FROZEN).loss()).isEqualTo(1);
    double half = Math.log(1 + Math.exp(-1.5));
    assertThat(new SpinLoss(0.5).at(policy, FROZEN).loss()).isCloseTo(half, within(1e-15));
    assertThat(new RobustDpoLoss(0.5, 0.25).at(policy, FROZEN).loss())
        .isCloseTo(1.5 * half - 0.5 * (half + 1.5), within(1e-15));
    // means -8 / 4 = -2 and -13 / 13 = -1
    assertThat(new SimPoLoss(1, 0.5, 0).at(policy, FROZEN, ResponseLengths.pair(4, 13)).loss())
        .isCloseTo(Math.log(1 + Math.exp(1.5)), within(1e-15));
  }

  /// Where F32 rounds a probability to 1, the odds are large but finite.
  @Test
  void orpoOfACertainResponse() {
    LossTerms certain = new OrpoLoss(1).at(SequenceLogProbs.pair(0, -1), FROZEN);
    assertThat(certain.loss()).isBetween(0.0, 1e-8);
    assertThat(certain.gradient().chosen()).isFinite();
    LossTerms wrong = new OrpoLoss(1).at(SequenceLogProbs.pair(-1, 0), FROZEN);
    assertThat(wrong.loss()).isBetween(20.0, 22.0);
    assertThat(wrong.gradient().rejected()).isCloseTo(1e9, within(1e3));
  }

  @Test
  void saturatedLossesAreExact() {
    DpoLoss dpo = new DpoLoss(1, 0);
    SequenceLogProbs zero = SequenceLogProbs.pair(0, 0);
    assertThat(dpo.at(SequenceLogProbs.pair(-1e4, 0), zero).loss()).isEqualTo(1e4);
    assertThat(dpo.at(SequenceLogProbs.pair(-1e4, 0), zero).gradient().chosen()).isEqualTo(-1);
    assertThat(dpo.at(SequenceLogProbs.pair(1e4, 0), zero).loss()).isZero();
    // Far out but not yet saturated, where log(sigmoid) would be log(1) = 0.
    assertThat(dpo.at(SequenceLogProbs.pair(50, 0), zero).loss())
        .isCloseTo(Math.exp(-50), within(1e-36));
  }

  @Test
  void metricsCarryTrlsNames() {
    SequenceLogProbs policy = new SequenceLogProbs(-8, -13, -5);
    assertThat(new DpoLoss(0.5, 0).metrics(policy, FROZEN))
        .containsEntry("rewards/chosen", 1.0)
        .containsEntry("rewards/rejected", -0.5)
        .containsEntry("rewards/margins", 1.5)
        .containsEntry("rewards/accuracies", 1.0)
        .containsEntry("logps/chosen", -8.0)
        .containsEntry("logps/rejected", -13.0)
        .doesNotContainKey("logps/self");
    assertThat(new SpacLoss(Critic.LINEAR, false, 1, 2).metrics(policy, FROZEN))
        .containsEntry("rewards/chosen", 1.0)
        .containsEntry("rewards/self", 1.5)
        .containsEntry("logps/self", -5.0)
        .containsEntry("critic_term", 3.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesScalesThatAreNotAbove0(double value) {
    assertThatThrownBy(() -> new DpoLoss(value, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("beta = " + value + "; allowed: above 0");
    assertThatThrownBy(() -> new SpacLoss(Critic.LINEAR, false, 1, value))
        .hasMessage("eta = " + value + "; allowed: above 0");
    for (DoubleFunction<AlignmentLoss> loss :
        List.<DoubleFunction<AlignmentLoss>>of(
            beta -> new RobustDpoLoss(beta, 0),
            IpoLoss::new,
            HingeLoss::new,
            beta -> new SimPoLoss(beta, 0, 0),
            OrpoLoss::new,
            ApoZeroLoss::new,
            ApoDownLoss::new,
            SppoHardLoss::new,
            BcoPairLoss::new,
            NcaPairLoss::new,
            SpinLoss::new,
            beta -> new AotLoss(true, beta, 0),
            beta -> new KtoLoss(beta, 1, 1),
            BcoLoss::new)) {
      assertThatThrownBy(() -> loss.apply(value))
          .hasMessage("beta = " + value + "; allowed: above 0");
    }
  }

  @Test
  void refusesOtherRanges() {
    assertThatThrownBy(() -> new DpoLoss(1, 0.5))
        .hasMessage("label_smoothing = 0.5; allowed: 0 or more, below 0.5");
    assertThatThrownBy(() -> new RobustDpoLoss(1, 0.5)).hasMessageStartingWith("label_smoothing");
    assertThatThrownBy(() -> new AotLoss(true, 1, -0.1)).hasMessageStartingWith("label_smoothing");
    assertThatThrownBy(() -> new SimPoLoss(1, -1, 0))
        .hasMessage("simpo_gamma = -1.0; allowed: 0 or more");
    assertThatThrownBy(() -> new KtoLoss(1, -1, 1))
        .hasMessage("desirable_weight = -1.0; allowed: 0 or more");
    assertThatThrownBy(() -> new KtoLoss(1, 1, Double.NaN))
        .hasMessage("undesirable_weight = NaN; allowed: 0 or more");
    assertThatThrownBy(() -> ResponseLengths.pair(0, 1)).hasMessageContaining("allowed: 1 or more");
    assertThatThrownBy(() -> new SpacLoss(Critic.LINEAR, false, -1, 1))
        .hasMessage("lambda = -1.0; allowed: 0 or more");
  }

  @Test
  void crossEntropyIsTheSumOfItsParts() {
    float[] first = {-1, -2};
    float[] second = {-3};
    assertThat(CrossEntropy.part(first, 3) + CrossEntropy.part(second, 3)).isEqualTo(2);
    assertThat(CrossEntropy.gradient(first, 4)).containsExactly(-0.25f, -0.25f);
  }
}
