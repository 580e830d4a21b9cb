package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.DType;
import org.tramontane.tests.Shared;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;

/// Sequence log-probabilities of the preference batch under weights stored as F32, BF16 and F16.
class StoredTypesGoldenTest extends ModelTest {

  @ParameterizedTest
  @CsvSource({"a, policy, F32", "a_ref, ref, BF16", "a_prev, prev, F16"})
  void sequenceLogProbs(String folder, String name, DType dtype) {
    MistralModel model = model("goldens/models/" + folder);
    assertThat(model.weights().byName().values()).allMatch(tensor -> tensor.dtype() == dtype);
    JsonNode examples = GoldenFile.json(Shared.path("goldens/pref/batch.json")).get("examples");
    JsonNode golden =
        GoldenFile.json(Shared.path("goldens/pref/losses.json")).get("sequence_logprob").get(name);
    try (Scorer scorer = new Scorer(model)) {
      for (String response : List.of("chosen", "rejected", "self")) {
        List<Completion> completions = new ArrayList<>();
        for (JsonNode example : examples) {
          completions.add(
              new Completion(
                  GoldenFile.ints(example.get("prompt")), GoldenFile.ints(example.get(response))));
        }
        assertThat(scorer.logProbs(completions))
            .as(response)
            .containsExactly(GoldenFile.doubles(golden.get(response)), within(LOGIT_TOLERANCE));
      }
    }
  }
}
