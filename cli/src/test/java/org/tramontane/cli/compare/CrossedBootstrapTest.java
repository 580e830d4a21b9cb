package org.tramontane.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CrossedBootstrapTest {
  private static double[][] values(int seeds, int pairs, double seedSpread, double pairSpread) {
    Random random = new Random(7);
    double[] bySeed = gaussian(random, seeds, seedSpread);
    double[] byPair = gaussian(random, pairs, pairSpread);
    double[][] values = new double[seeds][pairs];
    for (int i = 0; i < seeds; i++) {
      for (int j = 0; j < pairs; j++) {
        values[i][j] = bySeed[i] + byPair[j];
      }
    }
    return values;
  }

  private static double[] gaussian(Random random, int n, double spread) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = spread * random.nextGaussian();
    }
    return values;
  }

  /// The standard error of a mean of n values that were drawn from these n, `s sqrt((n-1)/n) / sqrt(n)`.
  private static double error(double[] values) {
    int n = values.length;
    double mean = java.util.Arrays.stream(values).average().orElseThrow();
    double squares = java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / n / n);
  }

  @Test
  void pairsAloneGiveTheOrdinaryInterval() {
    double[][] values = values(3, 400, 0, 2);
    CrossedBootstrap interval = CrossedBootstrap.of(values);
    double width = 2 * 1.96 * error(values[0]);
    assertThat(interval.high() - interval.low()).isCloseTo(width, within(0.06 * width));
    assertThat(interval.mean()).isBetween(interval.low(), interval.high());
  }

  /// A pair is drawn for all seeds at once, and a seed for all pairs, so both kinds of spread add up in squares.
  @Test
  void bothSpreadsAddUp() {
    double[][] values = values(40, 60, 1, 1);
    double[] bySeed = new double[40];
    for (int i = 0; i < 40; i++) {
      bySeed[i] = values[i][0];
    }
    double width = 2 * 1.96 * Math.hypot(error(bySeed), error(values[0]));
    CrossedBootstrap interval = CrossedBootstrap.of(values);
    assertThat(interval.high() - interval.low()).isCloseTo(width, within(0.08 * width));
  }

  @Test
  void isTheSameEachTimeAndKnowsZero() {
    double[][] values = values(3, 50, 1, 1);
    assertThat(CrossedBootstrap.of(values)).isEqualTo(CrossedBootstrap.of(values));
    assertThat(CrossedBootstrap.of(new double[][] {{1, 1}}))
        .isEqualTo(new CrossedBootstrap(1, 1, 1));
    assertThat(new CrossedBootstrap(1, 0.1, 2).isApartFromZero()).isTrue();
    assertThat(new CrossedBootstrap(-1, -2, -0.1).isApartFromZero()).isTrue();
    assertThat(new CrossedBootstrap(1, 0, 2).isApartFromZero()).isFalse();
  }
}
