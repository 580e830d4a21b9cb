package org.tramontane.spac.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.loss.UnpairedLoss.CompletionTerms;

/// The losses that look further than one pair: AOT, KTO and BCO.
class BatchLossTest {
  private static final List<SequenceLogProbs> FROZEN =
      List.of(
          SequenceLogProbs.pair(-11, -11.5),
          SequenceLogProbs.pair(-8.5, -6),
          SequenceLogProbs.pair(-19, -21),
          SequenceLogProbs.pair(-4, -4.25));

  /// Nowhere two equal margins or log-ratios: there the order, and with it the derivative, would jump.
  private static final double[] POLICY = {-10.5, -12, -7.25, -6.75, -20, -18.75, -4.6, -3};

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aotsGradientIsTheDerivative(boolean paired) {
    AotLoss loss = new AotLoss(paired, 0.4, 0.1);
    List<LossTerms> terms = loss.at(pairs(POLICY), FROZEN);
    for (int i = 0; i < POLICY.length; i++) {
      double[] above = POLICY.clone();
      double[] below = POLICY.clone();
      above[i] += 1e-5;
      below[i] -= 1e-5;
      SequenceLogProbs gradient = terms.get(i / 2).gradient();
      assertThat(i % 2 == 0 ? gradient.chosen() : gradient.rejected())
          .isCloseTo((sum(loss, above) - sum(loss, below)) / 2e-5, within(1e-8));
    }
  }

  private static double sum(AotLoss loss, double[] policy) {
    return loss.at(pairs(policy), FROZEN).stream().mapToDouble(LossTerms::loss).sum();
  }

  private static List<SequenceLogProbs> pairs(double[] values) {
    List<SequenceLogProbs> pairs = new ArrayList<>();
    for (int i = 0; i < values.length; i += 2) {
      pairs.add(SequenceLogProbs.pair(values[i], values[i + 1]));
    }
    return pairs;
  }

  /// One pair has one quantile, where both forms are DPO.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aotOfOnePairIsDpo(boolean paired) {
    List<SequenceLogProbs> policy = List.of(SequenceLogProbs.pair(-8, -13));
    LossTerms aot = new AotLoss(paired, 0.5, 0.1).at(policy, FROZEN.subList(0, 1)).getFirst();
    assertThat(aot).isEqualTo(new DpoLoss(0.5, 0.1).at(policy.getFirst(), FROZEN.getFirst()));
  }

  @Test
  void aotsMetricsCarryTrlsNames() {
    assertThat(new AotLoss(true, 0.5, 0).metrics(SequenceLogProbs.pair(-8, -13), FROZEN.getFirst()))
        .containsExactly(
            entry("rewards/chosen", 1.5),
            entry("rewards/rejected", -0.75),
            entry("rewards/margins", 2.25),
            entry("rewards/accuracies", 1.0),
            entry("logps/chosen", -8.0),
            entry("logps/rejected", -13.0));
  }

  /// Only the two samples count, not which responses stand beside each other.
  @Test
  void unpairedAotDoesNotSeeThePairs() {
    List<SequenceLogProbs> zero = List.of(SequenceLogProbs.pair(0, 0), SequenceLogProbs.pair(0, 0));
    List<SequenceLogProbs> one = List.of(SequenceLogProbs.pair(3, -1), SequenceLogProbs.pair(1, 2));
    List<SequenceLogProbs> other =
        List.of(SequenceLogProbs.pair(3, 2), SequenceLogProbs.pair(1, -1));
    AotLoss loss = new AotLoss(false, 1, 0);
    double expected = Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(-1));
    for (List<SequenceLogProbs> policy : List.of(one, other)) {
      assertThat(loss.at(policy, zero).stream().mapToDouble(LossTerms::loss).sum())
          .isCloseTo(expected, within(1e-15));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unpairedGradientIsTheDerivative(boolean desirable) {
    for (UnpairedLoss loss : List.of(new KtoLoss(0.4, 1.5, 0.5), new BcoLoss(0.4))) {
      double step = 1e-5;
      double above = loss.at(desirable, -9 + step, -11, 0.3).loss();
      double below = loss.at(desirable, -9 - step, -11, 0.3).loss();
      assertThat(loss.at(desirable, -9, -11, 0.3).gradient())
          .isCloseTo((above - below) / (2 * step), within(1e-9));
    }
  }

  @Test
  void unpairedByHand() {
    // rho = 2; gains are 0.5 (2 - 1) = 0.5
    CompletionTerms good = new KtoLoss(0.5, 3, 1).at(true, -9, -11, 1);
    assertThat(good.loss()).isCloseTo(3 / (1 + Math.exp(0.5)), within(1e-15));
    CompletionTerms bad = new KtoLoss(0.5, 1, 2).at(false, -9, -11, 1);
    assertThat(bad.loss()).isCloseTo(2 / (1 + Math.exp(-0.5)), within(1e-15));
    // reward 1, shift 0.25
    assertThat(new BcoLoss(0.5).at(true, -9, -11, 0.25).loss())
        .isCloseTo(Math.log(1 + Math.exp(-0.75)), within(1e-15));
    assertThat(new BcoLoss(0.5).at(false, -9, -11, 0.25).loss())
        .isCloseTo(Math.log(1 + Math.exp(0.75)), within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e4, -1e4, 1e300, -1e300})
  void extremesStayFinite(double ratio) {
    for (boolean label : new boolean[] {true, false}) {
      for (UnpairedLoss loss : List.of(new KtoLoss(1, 1, 1), new BcoLoss(1))) {
        CompletionTerms terms = loss.at(label, ratio, 0, 1);
        assertThat(terms.loss()).isFinite();
        assertThat(terms.gradient()).isFinite();
      }
    }
    for (boolean paired : new boolean[] {true, false}) {
      LossTerms terms =
          new AotLoss(paired, 1, 0.1)
              .at(
                  List.of(SequenceLogProbs.pair(ratio / 2, -ratio / 2)),
                  List.of(SequenceLogProbs.pair(0, 0)))
              .getFirst();
      assertThat(terms.loss()).isFinite();
      assertThat(terms.gradient().chosen()).isFinite();
    }
  }
}
