package org.tramontane.spac.train;

import java.util.List;
import java.util.Optional;
import org.tramontane.transformer.Completion;

/// Log-probabilities under a reference that outlive a run, for a later one with the same reference and data.
public interface ReferenceCache {
  /// Knows nothing and keeps nothing.
  ReferenceCache NONE =
      new ReferenceCache() {
        @Override
        public Optional<double[]> find(String name, List<Completion> completions) {
          return Optional.empty();
        }

        @Override
        public void put(String name, List<Completion> completions, double[] logProbs) {}
      };

  /// What is known as `name`.
  ///
  /// @param completions that the answer has to belong to
  /// @return `log pi_ref(y|x)` for each completion, or nothing if there is none of that name yet
  /// @throws org.tramontane.tensor.UserError if it belongs to another model or to other completions
  Optional<double[]> find(String name, List<Completion> completions);

  /// Keeps what was computed.
  void put(String name, List<Completion> completions, double[] logProbs);
}
