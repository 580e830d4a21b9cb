package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.ResponseRewards;

/// How far SPAC's game came, beside what its steps and the frozen log-probabilities know of themselves.
final class PlayedGame {
  private static final String ROUND = "round_";
  private static final String CRITIC = "critic_report";
  private static final String REWARDS = "rewards";
  private static final String POLICY = "policy_report";

  private final List<GameRound> rounds = new ArrayList<>();

  // Of the round that is under way.
  private final List<int[]> drawn = new ArrayList<>();
  private boolean criticBegun;
  private @Nullable RoundReport critic;
  private List<ResponseRewards> rewards = List.of();
  private @Nullable RoundReport policy;

  /// The round that is under way, from 1.
  int round() {
    return rounds.size() + 1;
  }

  /// Of the rounds that are over.
  List<GameRound> rounds() {
    return List.copyOf(rounds);
  }

  /// Responses that were sampled in this round so far; those to come are added here.
  List<int[]> drawn() {
    return drawn;
  }

  /// Says that the critic step begins.
  ///
  /// @return whether it had not begun before
  boolean beginCritic() {
    boolean first = !criticBegun;
    criticBegun = true;
    return first;
  }

  /// What the critic step came to, if it is over.
  Optional<RoundReport> critic() {
    return Optional.ofNullable(critic);
  }

  /// f_t of the round's responses, once they are known.
  List<ResponseRewards> rewards() {
    return rewards;
  }

  /// The critic step is over.
  void endCritic(RoundReport report) {
    critic = report;
  }

  /// What f_t says of the round's responses is known.
  void reward(List<ResponseRewards> values) {
    rewards = List.copyOf(values);
  }

  /// What the policy step came to, if it is over.
  Optional<RoundReport> policy() {
    return Optional.ofNullable(policy);
  }

  /// The policy step is over.
  void endPolicy(RoundReport report) {
    policy = report;
  }

  /// The round is over.
  void end(GameRound round) {
    rounds.add(round);
    drawn.clear();
    criticBegun = false;
    critic = null;
    rewards = List.of();
    policy = null;
  }

  StatePart describe() {
    StatePart state = new StatePart();
    state.putLongs("rounds", rounds.size());
    for (int i = 0; i < rounds.size(); i++) {
      state.putDoubles(ROUND + i, rounds.get(i).toNumbers());
    }
    state.putSequences("drawn", drawn);
    state.putLongs("critic_begun", criticBegun ? 1 : 0);
    state.putDoubles(CRITIC, critic == null ? new double[0] : critic.toNumbers());
    double[] values = new double[3 * rewards.size()];
    for (int i = 0; i < rewards.size(); i++) {
      values[3 * i] = rewards.get(i).chosen();
      values[3 * i + 1] = rewards.get(i).rejected();
      values[3 * i + 2] = rewards.get(i).self();
    }
    state.putDoubles(REWARDS, values);
    return state.putDoubles(POLICY, policy == null ? new double[0] : policy.toNumbers());
  }

  /// What [#describe] says.
  static PlayedGame of(StatePart state) {
    PlayedGame played = new PlayedGame();
    for (int i = 0; i < state.longValue("rounds"); i++) {
      played.rounds.add(GameRound.ofNumbers(state.doubles(ROUND + i)));
    }
    played.drawn.addAll(state.sequences("drawn"));
    played.criticBegun = state.longValue("critic_begun") == 1;
    played.critic = report(state.doubles(CRITIC));
    double[] values = state.doubles(REWARDS);
    List<ResponseRewards> rewards = new ArrayList<>();
    for (int i = 0; i < values.length; i += 3) {
      rewards.add(new ResponseRewards(values[i], values[i + 1], values[i + 2]));
    }
    played.rewards = rewards;
    played.policy = report(state.doubles(POLICY));
    return played;
  }

  private static @Nullable RoundReport report(double[] numbers) {
    return numbers.length == 0 ? null : RoundReport.ofNumbers(numbers);
  }
}
