package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralConfig;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;

/// The order and the batching of scores.
class ScorerTest extends ModelTest {

  @Test
  void orderIsKeptAndBatchingDoesNotMatter() {
    MistralConfig config = TinyModels.config().build();
    MistralModel model = new MistralModel(TinyModels.weights(config, 4, arena), backend);
    List<int[]> prompts = TinyModels.sequences(config, 1, 3, 1, 9, 4, 2, 12);
    List<int[]> responses = TinyModels.sequences(config, 2, 5, 20, 1, 7, 7, 3);
    List<Completion> completions = new ArrayList<>();
    List<float[]> alone = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Completion completion = new Completion(prompts.get(i), responses.get(i));
      completions.add(completion);
      try (Scorer scorer = new Scorer(model)) {
        alone.addAll(scorer.tokenLogProbs(List.of(completion)));
      }
    }
    for (int budget : new int[] {1, 20, 4096}) {
      try (Scorer scorer = new Scorer(model, budget)) {
        List<float[]> batched = scorer.tokenLogProbs(completions);
        assertThat(batched).hasSameSizeAs(alone);
        for (int i = 0; i < alone.size(); i++) {
          assertThat(batched.get(i)).hasSize(responses.get(i).length);
          Expect.close("completion " + i, batched.get(i), Expect.widen(alone.get(i)), 1e-5);
        }
      }
    }
  }
}
