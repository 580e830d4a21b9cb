package org.tramontane.spac.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static double[] answers(int right, int wrong) {
    double[] values = new double[right + wrong];
    Arrays.fill(values, 0, right, 1);
    return values;
  }

  @Test
  void standardErrorOfAShare() {
    // 30 of 100: sqrt(0.3 * 0.7 / 99), with the unbiased variance.
    Estimate estimate = Estimate.of(Sample.of(answers(30, 70)));
    assertThat(estimate.value()).isEqualTo(0.3);
    assertThat(estimate.standardError()).isCloseTo(Math.sqrt(0.3 * 0.7 / 99), within(1e-15));
    assertThat(estimate.size()).isEqualTo(100);
  }

  @Test
  void bootstrapAgreesWithTheNormalIntervalOfALargeSample() {
    Estimate estimate = Estimate.of(Sample.of(answers(600, 1400)));
    double half = 1.96 * estimate.standardError();
    assertThat(estimate.interval().low()).isCloseTo(0.3 - half, within(0.003));
    assertThat(estimate.interval().high()).isCloseTo(0.3 + half, within(0.003));
    assertThat(Estimate.of(Sample.of(answers(600, 1400)))).isEqualTo(estimate);
  }

  @Test
  void groupsCountAlikeWhateverTheirSize() {
    Sample sample = new Sample(List.of(answers(10, 0), answers(0, 1000)));
    assertThat(sample.mean()).isEqualTo(0.5);
    assertThat(sample.standardError()).isZero();
    Sample spread = new Sample(List.of(answers(5, 5), answers(50, 50)));
    assertThat(spread.standardError())
        .isCloseTo(Math.sqrt(0.25 / 9 + 0.25 / 99) / 2, within(1e-15));
    assertThatThrownBy(() -> new Sample(List.of())).hasMessageContaining("needs a group");
  }

  @Test
  void oneDocumentSaysNothingAboutItsSpread() {
    assertThat(Estimate.of(Sample.of(1)).standardError()).isNaN();
  }

  @Test
  void averageOfTasks() {
    Estimate average =
        Estimate.average(List.of(Sample.of(answers(30, 70)), Sample.of(answers(10, 90))));
    assertThat(average.value()).isCloseTo(0.2, within(1e-15));
    assertThat(average.standardError())
        .isCloseTo(Math.sqrt(0.3 * 0.7 / 99 + 0.1 * 0.9 / 99) / 2, within(1e-15));
    assertThat(average.interval().contains(0.2)).isTrue();
    assertThat(average.interval().contains(0.3)).isFalse();
  }

  @Test
  void mcNemarCountsWhatDiffers() {
    // 1 against 7 of 8: 2 * (C(8,0) + C(8,1)) / 2^8.
    double[] first = {1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0};
    double[] second = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0};
    McNemar test = McNemar.of(first, second);
    assertThat(test.onlyFirst()).isEqualTo(1);
    assertThat(test.onlySecond()).isEqualTo(7);
    assertThat(test.p()).isCloseTo(18.0 / 256, within(1e-12));
    assertThat(McNemar.of(first, first).p()).isEqualTo(1);
    assertThat(McNemar.of(new double[] {1, 0}, new double[] {0, 1}).p()).isEqualTo(1);
  }

  @Test
  void pairsTellMoreThanTwoErrors() {
    // The second is right where the first is, and on 10 more of 1000: far within both errors, yet
    // sure.
    double[] first = answers(500, 500);
    double[] second = answers(510, 490);
    PairedComparison paired = PairedComparison.of(Sample.of(first), Sample.of(second));
    assertThat(paired.difference().value()).isCloseTo(0.01, within(1e-15));
    assertThat(paired.difference().interval().low()).isPositive();
    assertThat(Sample.of(first).standardError()).isGreaterThan(0.015);
    assertThat(paired.p()).isCloseTo(2.0 / 1024, within(1e-12));
    PairedComparison same = PairedComparison.of(Sample.of(first), Sample.of(first));
    assertThat(same.difference().value()).isZero();
    assertThat(same.p()).isEqualTo(1);
  }

  @Test
  void sharesAreComparedByTheTTest() {
    // Differences 1, 2, 3: t = 2 / (1 / sqrt 3) = 3.4641 with 2 degrees of freedom, p = 0.07418.
    PairedComparison paired =
        PairedComparison.of(Sample.of(0.5, 0.25, 0.75), Sample.of(1.5, 2.25, 3.75));
    assertThat(paired.mcNemar()).isEmpty();
    assertThat(paired.p()).isCloseTo(0.0741799, within(1e-6));
    assertThat(PairedComparison.of(Sample.of(0.5), Sample.of(0.25)).p()).isNaN();
    assertThatThrownBy(() -> PairedComparison.of(Sample.of(1), Sample.of(1, 0)))
        .hasMessageContaining("1 values and 2");
  }

  @Test
  void holmCountsHowManyWereLookedAt() {
    assertThat(PairedComparison.holm(0.01, 0.04, 0.03, 0.5))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0.04, 0.09, 0.09, 0.5);
    assertThat(PairedComparison.holm(0.9, 0.8)).containsExactly(1, 1);
  }
}
