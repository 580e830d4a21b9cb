package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.ResponseLengths;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;

/// A preference with what the frozen model says of its responses; computed once, because a frozen model says the same
/// at every step.
///
/// @param example prompt and responses
/// @param frozen log-probabilities under pi_t or the reference
public record FrozenExample(PreferenceExample example, SequenceLogProbs frozen) {

  /// Scores the responses of all examples.
  public static List<FrozenExample> score(MistralModel frozen, List<PreferenceExample> examples) {
    return score(frozen, examples, () -> {});
  }

  /// As above.
  ///
  /// @param afterBatch is called after each batch; what it throws ends this
  static List<FrozenExample> score(
      MistralModel frozen, List<PreferenceExample> examples, Runnable afterBatch) {
    try (Scorer scorer = new Scorer(frozen)) {
      return with(examples, scorer.logProbs(completions(examples), afterBatch));
    }
  }

  /// Scores the responses of all examples, as far as that was not done before.
  ///
  /// @param part the name under which the log-probabilities are kept
  static List<FrozenExample> score(
      FrozenLogProbs logProbs, String part, MistralModel frozen, List<PreferenceExample> examples) {
    return with(examples, logProbs.of(part, frozen, completions(examples)));
  }

  private static List<Completion> completions(List<PreferenceExample> examples) {
    return examples.stream().flatMap(example -> example.completions().stream()).toList();
  }

  private static List<FrozenExample> with(List<PreferenceExample> examples, double[] logProbs) {
    List<FrozenExample> scored = new ArrayList<>();
    int i = 0;
    for (PreferenceExample example : examples) {
      boolean self = example.self() != null;
      scored.add(
          new FrozenExample(
              example,
              new SequenceLogProbs(logProbs[i], logProbs[i + 1], self ? logProbs[i + 2] : 0)));
      i += self ? 3 : 2;
    }
    return scored;
  }

  /// The examples for a loss that reads no frozen log-probabilities; they are 0.
  public static List<FrozenExample> unscored(List<PreferenceExample> examples) {
    return examples.stream()
        .map(example -> new FrozenExample(example, new SequenceLogProbs(0, 0, 0)))
        .toList();
  }

  /// How many tokens each response has.
  ResponseLengths lengths() {
    Completion self = example.self();
    return new ResponseLengths(
        example.chosen().responseIds().length,
        example.rejected().responseIds().length,
        self == null ? 1 : self.responseIds().length);
  }
}
