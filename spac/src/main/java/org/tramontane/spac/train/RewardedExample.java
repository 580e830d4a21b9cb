package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.loss.ResponseRewards;

/// What a [PolicyStep] reads of an example: its responses, what pi_t says of them, and what the critic does.
///
/// @param scored with y' and pi_t's log-probabilities
/// @param rewards f_t of the responses
public record RewardedExample(FrozenExample scored, ResponseRewards rewards) {

  /// Examples one by one with their rewards.
  public static List<RewardedExample> of(
      List<FrozenExample> scored, List<ResponseRewards> rewards) {
    if (scored.size() != rewards.size()) {
      throw new IllegalArgumentException(
          scored.size() + " examples and rewards of " + rewards.size());
    }
    List<RewardedExample> examples = new ArrayList<>();
    for (int i = 0; i < scored.size(); i++) {
      examples.add(new RewardedExample(scored.get(i), rewards.get(i)));
    }
    return examples;
  }
}
