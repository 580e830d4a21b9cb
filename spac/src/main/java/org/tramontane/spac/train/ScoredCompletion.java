package org.tramontane.spac.train;

import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;

/// A completion with what a frozen model says of it.
///
/// @param completion x and y
/// @param logProb `log pi_ref(y|x)`, the sum over response tokens
public record ScoredCompletion(Completion completion, double logProb) {

  /// Scores all completions.
  public static List<ScoredCompletion> score(MistralModel frozen, List<Completion> completions) {
    try (Scorer scorer = new Scorer(frozen)) {
      return with(completions, scorer.logProbs(completions));
    }
  }

  /// Completions with log-probabilities that are known.
  static List<ScoredCompletion> with(List<Completion> completions, double[] logProbs) {
    return IntStream.range(0, logProbs.length)
        .mapToObj(i -> new ScoredCompletion(completions.get(i), logProbs[i]))
        .toList();
  }
}
