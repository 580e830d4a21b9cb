package org.tramontane.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.UserError;

class TokenBatchTest {
  private final TokenBatch batch =
      TokenBatch.of(List.of(new int[] {1, 5, 6}, new int[] {7}, new int[] {1, 8}));

  @Test
  void packs() {
    assertThat(batch.ids()).containsExactly(1, 5, 6, 7, 1, 8);
    assertThat(batch.sequences()).isEqualTo(Sequences.ofLengths(3, 1, 2));
    assertThat(batch.sequence(2)).containsExactly(1, 8);
  }

  @Test
  void rowsPredictTheTokenAfterThem() {
    assertThat(batch.predictingRows()).containsExactly(0, 1, 4);
    assertThat(batch.targets(new int[] {0, 1, 4})).containsExactly(5, 6, 8);
    assertThat(batch.targets(new int[] {1})).containsExactly(6);
  }

  @Test
  void refusesRowsThatPredictNothing() {
    for (int[] rows : new int[][] {{2}, {3}, {5}, {-1}, {6}, {1, 0}, {1, 1}}) {
      assertThatThrownBy(() -> batch.targets(rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rows[" + (rows.length - 1) + "]");
    }
  }

  @Test
  void refusesWhatTheModelCannotRead() {
    batch.requireFits(MistralConfig.builder().vocabSize(9).maxPositions(3).build());
    assertThatThrownBy(() -> batch.requireFits(MistralConfig.builder().vocabSize(8).build()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("token id 8")
        .hasMessageContaining("vocabulary of 8")
        .hasMessageContaining("the tokenizer does not fit the model");
    assertThatThrownBy(() -> batch.requireFits(MistralConfig.builder().maxPositions(2).build()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("3 tokens")
        .hasMessageContaining("max_position_embeddings = 2");
  }
}
