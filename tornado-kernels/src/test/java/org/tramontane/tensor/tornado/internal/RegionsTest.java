package org.tramontane.tensor.tornado.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RegionsTest {
  private record Part(int offset, int elements) {
    boolean meets(Part other) {
      return offset < other.offset + other.elements && other.offset < offset + elements;
    }
  }

  @Test
  void neighboursGrowTogether() {
    Regions regions = new Regions(4 * Regions.UNIT);
    int a = regions.take(1);
    int b = regions.take(Regions.UNIT + 1);
    int c = regions.take(Regions.UNIT);
    assertThat(regions.take(1)).isEqualTo(-1);
    regions.give(a, 1);
    regions.give(c, Regions.UNIT);
    assertThat(regions.take(Regions.UNIT + 1)).isEqualTo(-1);
    regions.give(b, Regions.UNIT + 1);
    assertThat(regions.take(4 * Regions.UNIT)).isEqualTo(0);
  }

  @Test
  void noTwoPartsMeetAndNothingIsLost() {
    int size = 100 * Regions.UNIT;
    SplittableRandom random = new SplittableRandom(1);
    Regions regions = new Regions(size);
    List<Part> taken = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      if (random.nextBoolean() || taken.isEmpty()) {
        int elements = random.nextInt(1, 10 * Regions.UNIT);
        int offset = regions.take(elements);
        if (offset >= 0) {
          Part part = new Part(offset, elements);
          assertThat(offset + elements).isLessThanOrEqualTo(size);
          assertThat(taken).noneMatch(part::meets);
          taken.add(part);
        }
      } else {
        Part part = taken.remove(random.nextInt(taken.size()));
        regions.give(part.offset, part.elements);
      }
    }
    taken.forEach(part -> regions.give(part.offset, part.elements));
    assertThat(regions.take(size)).isEqualTo(0);
  }
}
