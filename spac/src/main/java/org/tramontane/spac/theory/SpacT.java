package org.tramontane.spac.theory;

import java.util.ArrayList;
import java.util.List;

/// SPAC-T, the game of arXiv 2406.04274 (Algorithm 1): in each round the critic answers the policy, the policy takes a step of mirror descent,
/// pi_{t+1}(y|x) proportional to pi_t(y|x) exp(eta f_t(x, y)), and the answer is the uniform mixture of pi_1..pi_T.
public final class SpacT {
  private final List<double[][]> policies = new ArrayList<>();
  private final List<Critic.Answer> answers = new ArrayList<>();
  private final double[][] last;
  private final double[][] mixture;
  private final double slack;

  private SpacT(Critic critic, double[][] start, double eta, int rounds) {
    RegretBound bound = new RegretBound(start, eta);
    double[][] pi = start;
    mixture = new double[start.length][start[0].length];
    for (int t = 1; t <= rounds; t++) {
      Critic.Answer answer = critic.answer(pi);
      bound.add(pi, answer.f(), t);
      policies.add(pi);
      answers.add(answer);
      for (int x = 0; x < pi.length; x++) {
        for (int y = 0; y < pi[x].length; y++) {
          mixture[x][y] += pi[x][y] / rounds;
        }
      }
      pi = Policies.tilt(pi, answer.f(), eta);
    }
    last = pi;
    slack = bound.slack();
  }

  /// Plays `rounds` rounds from `start`.
  ///
  /// @param start pi_1 `[X][Y]`, with full support
  /// @param eta step of the policy, > 0
  /// @throws IllegalStateException if the policy player's regret bound is ever exceeded
  public static SpacT play(Critic critic, double[][] start, double eta, int rounds) {
    if (!(eta > 0) || rounds < 1) {
      throw new IllegalArgumentException(
          "eta %s, rounds %d: allowed are > 0 and >= 1".formatted(eta, rounds));
    }
    return new SpacT(critic, start, eta, rounds);
  }

  /// pi_1..pi_T.
  public List<double[][]> policies() {
    return policies;
  }

  /// f_1..f_T.
  public List<Critic.Answer> answers() {
    return answers;
  }

  /// pi_{T+1}.
  public double[][] last() {
    return last;
  }

  /// (1/T) sum of pi_1..pi_T.
  public double[][] mixture() {
    return mixture;
  }

  /// The least slack of the regret bound over all rounds, prompts and responses; not negative, but for rounding.
  public double regretSlack() {
    return slack;
  }

  /// The largest certified gap of any critic step.
  public double criticGap() {
    return answers.stream().mapToDouble(Critic.Answer::gap).max().orElseThrow();
  }
}
