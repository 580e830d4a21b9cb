package org.tramontane.spac.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.spac.Permutation;
import org.tramontane.tensor.UserError;

class HeldOutTest {
  private static final List<Integer> ROWS = IntStream.range(0, 100).boxed().toList();

  @Test
  void partsARowsSetInFileOrder() {
    HeldOut<Integer> split = HeldOut.split(ROWS, 10);
    assertThat(split.heldOut()).hasSize(10).isSorted();
    assertThat(split.train()).hasSize(90).isSorted().doesNotContainAnyElementsOf(split.heldOut());
    assertThat(split).isEqualTo(HeldOut.split(ROWS, 0.1));
    assertThat(split.heldOut())
        .isNotEqualTo(ROWS.subList(0, 10))
        .isNotEqualTo(ROWS.subList(90, 100));
  }

  @Test
  void holdsNothingOutFor0() {
    assertThat(HeldOut.split(ROWS, 0).heldOut()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 1.5, 100, 1e12, Double.NaN})
  void refusesOtherSplits(double split) {
    assertThatThrownBy(() -> HeldOut.split(ROWS, split))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("eval_split = ");
  }

  @Test
  void permutationsDependOnSeedAndEpoch() {
    int[] order = Permutation.of(7, 0, 50);
    assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 50).toArray());
    assertThat(Permutation.of(7, 0, 50)).isEqualTo(order);
    assertThat(Permutation.of(7, 1, 50)).isNotEqualTo(order);
    assertThat(Permutation.of(8, 0, 50)).isNotEqualTo(order);
    assertThat(Permutation.of(0, 0, 0)).isEmpty();
  }
}
