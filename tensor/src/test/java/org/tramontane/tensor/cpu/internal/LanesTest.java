package org.tramontane.tensor.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void sumIsTheSameTreeBeforeAndAfterCompilation() {
    float[] values = new float[Lanes.COUNT];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i * 1e-7f * (i % 3 - 1) + (i % 2) * 1e6f;
    }
    FloatVector v = FloatVector.fromArray(Lanes.SPECIES, values, 0);
    float[] tree = values.clone();
    for (int width = tree.length / 2; width >= 1; width /= 2) {
      for (int i = 0; i < width; i++) {
        tree[i] += tree[i + width];
      }
    }
    for (int round = 0; round < 30_000; round++) {
      if (Lanes.sum(v) != tree[0]) {
        throw new AssertionError("round " + round + ": " + Lanes.sum(v) + ", not " + tree[0]);
      }
    }
    assertThat(Lanes.sum(v)).isEqualTo(tree[0]);
  }

  @Test
  void maxPassesOverNaNOnTheRight() {
    FloatVector max = Lanes.max(Lanes.broadcast(2), Lanes.broadcast(Float.NaN));
    assertThat(max.lane(0)).isEqualTo(2f);
    assertThat(Lanes.max(Lanes.broadcast(-1), Lanes.broadcast(3)).lane(0)).isEqualTo(3f);
  }
}
