package org.tramontane.spac.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tramontane.transformer.Completion;

class PackingTest {
  private static List<Completion> ofLengths(int... lengths) {
    return Arrays.stream(lengths)
        .mapToObj(length -> new Completion(new int[1], new int[length - 1]))
        .toList();
  }

  private static List<List<Integer>> packed(List<Completion> completions, int maxLength) {
    return Packing.bestFitDecreasing(completions, maxLength).stream()
        .map(slot -> slot.stream().map(Completion::length).toList())
        .toList();
  }

  @Test
  void longestFirstIntoTheTightestSlot() {
    assertThat(packed(ofLengths(3, 5, 2, 4, 3, 2), 7))
        .containsExactly(List.of(5, 2), List.of(4, 3), List.of(3, 2));
    // The 2 fits beside the 6 and beside the 5; beside the 6 less room is left.
    assertThat(packed(ofLengths(5, 6, 2), 8)).containsExactly(List.of(6, 2), List.of(5));
    assertThat(packed(ofLengths(8, 8), 8)).containsExactly(List.of(8), List.of(8));
  }

  @Test
  void everyCompletionOnceAndNoSlotTooLong() {
    SplittableRandom random = new SplittableRandom(3);
    for (int run = 0; run < 20; run++) {
      List<Completion> completions =
          ofLengths(random.ints(1 + random.nextInt(200), 2, 65).toArray());
      List<List<Completion>> slots = Packing.bestFitDecreasing(completions, 64);
      assertThat(slots.stream().flatMap(List::stream).toList())
          .usingElementComparator((a, b) -> a == b ? 0 : 1)
          .containsExactlyInAnyOrderElementsOf(completions);
      assertThat(slots)
          .allSatisfy(
              slot ->
                  assertThat(slot.stream().mapToInt(Completion::length).sum())
                      .isLessThanOrEqualTo(64));
      // No two slots could be one, or the shorter one's completions would have gone into the other.
      List<Integer> full =
          slots.stream()
              .map(slot -> slot.stream().mapToInt(Completion::length).sum())
              .sorted()
              .toList();
      assertThat(full.size() < 2 || full.get(0) + full.get(1) > 64).isTrue();
    }
  }

  @Test
  void aCompletionThatFitsNowhere() {
    assertThatThrownBy(() -> Packing.bestFitDecreasing(ofLengths(9), 8))
        .hasMessage("a completion of 9 tokens; allowed: max_length = 8");
    assertThat(Packing.bestFitDecreasing(List.of(), 8)).isEmpty();
  }
}
