package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.data.PreferenceExample;

/// The pairs of a round of SPAC and the y' that belong to them, in both forms of the game: what the data bring (`self_ids`)
/// stands in for sampling in the first round; later rounds sample all, because their pi_t is another one.
///
/// @param pairs of the round, with y' where the data bring it and it counts
record PairsWithSelf(List<PreferenceExample> pairs) {

  /// Those of round `round`, counted from 1.
  static PairsWithSelf of(int round, List<PreferenceExample> given) {
    return new PairsWithSelf(
        round == 1 ? given : given.stream().map(PreferenceExample::withoutSelf).toList());
  }

  /// The prompts that have no y' yet.
  List<int[]> prompts() {
    return pairs.stream()
        .filter(pair -> pair.self() == null)
        .map(PreferenceExample::promptIds)
        .toList();
  }

  /// All pairs, with what was drawn for those that had no y'.
  ///
  /// @param drawn a response to each of [#prompts]
  List<PreferenceExample> complete(List<int[]> drawn) {
    List<PreferenceExample> complete = new ArrayList<>();
    int next = 0;
    for (PreferenceExample pair : pairs) {
      complete.add(pair.self() == null ? pair.withSelf(drawn.get(next++)) : pair);
    }
    return complete;
  }
}
