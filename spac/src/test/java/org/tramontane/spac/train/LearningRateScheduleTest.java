package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.train.TrainingLength.Epochs;
import org.tramontane.spac.train.TrainingLength.Steps;

class LearningRateScheduleTest {
  private static double[] factors(LearningRateSchedule schedule, long steps) {
    return LongStream.range(0, steps).mapToDouble(step -> schedule.factor(step, steps)).toArray();
  }

  @Test
  void constant() {
    assertThat(factors(new LearningRateSchedule.Constant(Warmup.NONE), 3)).containsExactly(1, 1, 1);
    assertThat(factors(new LearningRateSchedule.Constant(new Warmup(2, 0)), 4))
        .containsExactly(0, 0.5, 1, 1);
  }

  @Test
  void linear() {
    assertThat(factors(new LearningRateSchedule.Linear(Warmup.NONE), 4))
        .containsExactly(1, 0.75, 0.5, 0.25);
    // Warm-up of ceil(0.3 * 6) = 2 steps, then 4 from 1 downwards.
    assertThat(factors(new LearningRateSchedule.Linear(new Warmup(0, 0.3)), 6))
        .containsExactly(0, 0.5, 1, 0.75, 0.5, 0.25);
  }

  @Test
  void cosine() {
    double[] expected = {0, 0.5, 1, (1 + Math.sqrt(0.5)) / 2, 0.5, (1 - Math.sqrt(0.5)) / 2};
    assertThat(factors(new LearningRateSchedule.Cosine(new Warmup(2, 0)), 6))
        .usingComparatorWithPrecision(1e-15)
        .containsExactly(expected);
    assertThat(new LearningRateSchedule.Cosine(Warmup.NONE).factor(10, 10))
        .isCloseTo(0, within(1e-15));
  }

  @Test
  void warmupLongerThanTheTrainingNeverReachesThePeak() {
    assertThat(factors(new LearningRateSchedule.Linear(new Warmup(10, 0)), 3))
        .containsExactly(0, 0.1, 0.2);
  }

  @Test
  void lengths() {
    assertThat(new Epochs(2).steps(7)).isEqualTo(14);
    assertThat(new Epochs(0.5).steps(7)).isEqualTo(4);
    assertThat(new Steps(5).steps(7)).isEqualTo(5);
    assertThatThrownBy(() -> new Epochs(0)).hasMessage("epochs = 0.0; allowed: above 0");
    assertThatThrownBy(() -> new Steps(0)).hasMessage("max_steps = 0; allowed: 1 or more");
    assertThatThrownBy(() -> new Warmup(-1, 0)).hasMessageStartingWith("warmup_steps = -1");
    assertThatThrownBy(() -> new Warmup(0, 1.5)).hasMessageStartingWith("warmup_ratio = 1.5");
  }
}
