package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionBatchTest {
  private final CompletionBatch batch =
      CompletionBatch.of(
          List.of(
              new Completion(new int[] {1, 5}, new int[] {6, 7, 2}),
              new Completion(new int[] {1}, new int[] {8})));

  @Test
  void responseTokensArePredictedByTheRowBefore() {
    assertThat(batch.tokens().ids()).containsExactly(1, 5, 6, 7, 2, 1, 8);
    assertThat(batch.rows()).containsExactly(1, 2, 3, 5);
    assertThat(batch.tokens().targets(batch.rows())).containsExactly(6, 7, 2, 8);
    assertThat(batch.count()).isEqualTo(2);
    assertThat(batch.responseLength(0)).isEqualTo(3);
    assertThat(batch.responseLength(1)).isEqualTo(1);
  }

  @Test
  void sumsAndTheirDerivative() {
    float[] logProbs = {-1, -2, -4, -8};
    assertThat(batch.sums(logProbs)).containsExactly(-7, -8);
    assertThat(batch.slice(logProbs, 0)).containsExactly(-1, -2, -4);
    assertThat(batch.spread(new double[] {3, 5})).containsExactly(3, 3, 3, 5);
  }

  @Test
  void refusesEmptyParts() {
    assertThatThrownBy(() -> new Completion(new int[0], new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty prompt");
    assertThatThrownBy(() -> new Completion(new int[] {1}, new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty response");
  }
}
