package org.tramontane.spac.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Scorer;

/// Log-probabilities under a frozen model: computed once, and kept as long as the training needs them.
///
/// Batches are cut by the completions alone, and those that a former process has done are left out; so every batch is
/// computed in the same company, and gives the same bits, however often the work was interrupted.
///
/// @param state what keeps them for a process that goes on with this training
/// @param cache what keeps them for other trainings
record FrozenLogProbs(TrainingState state, ReferenceCache cache) {
  private static final String SUMS = "log_probs";

  /// Computes nothing that is known.
  ///
  /// @param part of the state, and name in the cache
  /// @return `log pi(y|x)` for each completion; from now on a part of the state
  double[] of(String part, MistralModel frozen, List<Completion> completions) {
    Optional<double[]> left = state.take(part).map(values -> values.doubles(SUMS));
    double[] sums =
        left.or(() -> cache.find(part, completions)).orElseGet(() -> nothing(completions.size()));
    if (sums.length != completions.size()) {
      throw new IllegalArgumentException(
          "%d log-probabilities of %d completions were kept as '%s'"
              .formatted(sums.length, completions.size(), part));
    }
    state.keep(part, () -> new StatePart().putDoubles(SUMS, sums));
    if (Arrays.stream(sums).anyMatch(Double::isNaN)) {
      try (Scorer scorer = new Scorer(frozen)) {
        scorer.logProbs(completions, sums, state::pieceDone);
      }
      cache.put(part, completions, sums);
      state.unitDone();
    }
    return sums;
  }

  private static double[] nothing(int count) {
    double[] sums = new double[count];
    Arrays.fill(sums, Double.NaN);
    return sums;
  }
}
