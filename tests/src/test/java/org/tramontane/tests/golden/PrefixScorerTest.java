package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.PrefixScorer;
import org.tramontane.transformer.Scorer;

/// Completions that share beginnings against each of them alone.
class PrefixScorerTest extends ModelTest {

  /// Two prompts with several continuations each: of different lengths, of one token, one the beginning of another, and
  /// prompts that differ in their last token only.
  private static List<Completion> completions(MistralConfig config) {
    List<int[]> parts = TinyModels.sequences(config, 5, 40, 150, 3, 1, 1, 7, 2);
    List<Completion> completions = new ArrayList<>();
    for (int[] prompt : parts.subList(0, 2)) {
      for (int[] response : parts.subList(2, parts.size())) {
        completions.add(new Completion(prompt, response));
      }
      int[] other = prompt.clone();
      other[other.length - 1] = (other[other.length - 1] + 1) % config.vocabSize();
      completions.add(new Completion(other, parts.get(2)));
      completions.add(
          new Completion(prompt, new int[] {parts.get(5)[0], parts.get(5)[1], parts.get(5)[2]}));
    }
    completions.add(completions.getFirst());
    return completions;
  }

  private static List<float[]> alone(MistralModel model, List<Completion> completions) {
    List<float[]> alone = new ArrayList<>();
    try (Scorer scorer = new Scorer(model)) {
      for (Completion completion : completions) {
        alone.addAll(scorer.tokenLogProbs(List.of(completion)));
      }
    }
    return alone;
  }

  private void assertSame(MistralModel model) {
    List<Completion> completions = completions(model.config());
    List<float[]> alone = alone(model, completions);
    for (boolean share : new boolean[] {true, false}) {
      try (PrefixScorer scorer = new PrefixScorer(model, share)) {
        List<float[]> together = scorer.tokenLogProbs(completions);
        assertThat(together).hasSameSizeAs(alone);
        for (int i = 0; i < alone.size(); i++) {
          Expect.close("completion " + i, together.get(i), Expect.widen(alone.get(i)), 1e-5);
        }
        int read = completions.stream().mapToInt(c -> c.length() - 1).sum();
        assertThat(scorer.unsharedRows()).isEqualTo(read);
        if (share) {
          // Of each prompt one, the other's last token, and what the continuations read themselves.
          assertThat(scorer.rows()).isLessThan(2 * (40 + 150));
        } else {
          assertThat(scorer.rows()).isEqualTo(read);
        }
      }
    }
  }

  /// Prompts that are longer than a block of attention, without a window and with one.
  @Test
  void sharingDoesNotChangeTheFigures() {
    MistralConfig narrow = TinyModels.config().maxPositions(300).build();
    MistralConfig wide = narrow.withSlidingWindow(OptionalInt.empty());
    for (MistralConfig config : List.of(narrow, wide)) {
      assertSame(new MistralModel(TinyModels.weights(config, 4, arena), backend));
    }
  }

  @Test
  void theLastTokenIsNotRead() {
    MistralConfig config = TinyModels.config().build();
    MistralModel model = new MistralModel(TinyModels.weights(config, 4, arena), backend);
    int most = config.maxPositionEmbeddings();
    int[] ids = TinyModels.sequences(config, 3, most + 1).getFirst();
    try (PrefixScorer scorer = new PrefixScorer(model)) {
      Completion fits = new Completion(Arrays.copyOf(ids, most), new int[] {ids[most]});
      assertThat(scorer.tokenLogProbs(List.of(fits)).getFirst()).hasSize(1);
      assertThat(scorer.tokenLogProbs(List.of())).isEmpty();
      assertThatThrownBy(() -> scorer.tokenLogProbs(List.of(new Completion(ids, new int[] {0}))))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("longer than the model takes");
    }
  }
}
