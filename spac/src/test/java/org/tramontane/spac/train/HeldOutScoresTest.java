package org.tramontane.spac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.loss.ResponseLengths;
import org.tramontane.spac.loss.SequenceLogProbs;

class HeldOutScoresTest {
  private static final List<ResponseLengths> LENGTHS =
      List.of(ResponseLengths.pair(4, 2), ResponseLengths.pair(1, 1));

  @Test
  void figuresAreMeansOverPairs() {
    HeldOutScores scores =
        new HeldOutScores(
            List.of(SequenceLogProbs.pair(-8, -6), SequenceLogProbs.pair(-3, -2)),
            List.of(SequenceLogProbs.pair(-7, -6), SequenceLogProbs.pair(-2, -1)),
            LENGTHS);
    // rho: (1, 0) and (1, 1), so the first gained and the second is a tie. Sums prefer y- twice;
    // per token -7/4 > -6/2.
    assertThat(scores.summary())
        .isEqualTo(new Evaluation(2, 0.75, 0.5, 1, 0.5, 0.75, 0, 0.5, -1.875, -2));
  }

  @Test
  void theStartHasNotMoved() {
    List<SequenceLogProbs> start =
        List.of(SequenceLogProbs.pair(-8, -6), SequenceLogProbs.pair(-3, -2));
    Evaluation evaluation = new HeldOutScores(start, start, LENGTHS).summary();
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.drift()).isZero();
  }

  @Test
  void listsOfOneLength() {
    assertThatThrownBy(() -> new HeldOutScores(List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new HeldOutScores(
                    List.of(SequenceLogProbs.pair(0, 0)), List.of(), LENGTHS.subList(0, 1)))
        .hasMessageContaining("1, 0 and 1 pairs");
  }
}
