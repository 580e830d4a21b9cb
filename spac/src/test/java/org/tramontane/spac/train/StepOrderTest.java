package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StepOrderTest {
  @Test
  void everyEpochReadsEveryExampleOnce() {
    StepOrder order = new StepOrder(10, TinyWorld.options(2, 2, 1), 1);
    assertThat(order.perEpoch()).isEqualTo(3);
    int[] first = epoch(order, 0);
    int[] second = epoch(order, 1);
    assertThat(first).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(second).containsExactlyInAnyOrder(first).isNotEqualTo(first);
    assertThat(order.step(2)).hasSize(2);
    assertThat(epoch(order, 0)).isEqualTo(first);
    assertThat(epoch(new StepOrder(10, TinyWorld.options(4, 1, 1), 2), 0)).isNotEqualTo(first);
  }

  private static int[] epoch(StepOrder order, int epoch) {
    int[] all = {};
    for (int i = 0; i < order.perEpoch(); i++) {
      int[] step = order.step(epoch * order.perEpoch() + i);
      int at = all.length;
      all = Arrays.copyOf(all, at + step.length);
      System.arraycopy(step, 0, all, at, step.length);
    }
    return all;
  }
}
