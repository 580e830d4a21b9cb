package org.tramontane.spac.theory.experiment;

import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.Baselines;
import org.tramontane.spac.theory.Comparisons;
import org.tramontane.spac.theory.Critic;
import org.tramontane.spac.theory.PessimisticMle;
import org.tramontane.spac.theory.Policies;
import org.tramontane.spac.theory.PracticalSpac;
import org.tramontane.spac.theory.SpacT;
import org.tramontane.spac.theory.TabularCritic;

/// A way from comparisons to a policy.
///
/// @param name in tables and legends
/// @param learner the way
record Method(String name, Learner learner) {
  /// What a method does; of the bandit it may use mu only.
  interface Learner {
    double[][] learn(Bandit bandit, Comparisons data);
  }

  static final double LOW = -1;
  static final double HIGH = 1;
  private static final double CRITIC_GAP = 1e-9;

  /// Ridge on the sum of DPO's and IPO's losses. It is there for a minimum to exist, where a response has won or lost all its comparisons; on the mean it
  /// is divided by n, since a ridge that did not shrink would be a form of pessimism that those methods don't have.
  private static final double RIDGE = 1e-3;

  /// eta that minimises mirror descent's bound: sqrt(8 log Y / T) / (high - low).
  static double eta(int rounds) {
    return Math.sqrt(8 * Math.log(Families.RESPONSES) / rounds) / (HIGH - LOW);
  }

  static Critic critic(Bandit bandit, Comparisons data, double lambda) {
    return new TabularCritic(data, bandit.mu(), lambda, LOW, HIGH, 0, CRITIC_GAP);
  }

  /// SPAC-T with lambda = `factor` sqrt(n) and eta = `etaFactor` times that of [#eta].
  static Method spacT(String name, int rounds, double factor, double etaFactor) {
    return new Method(
        name,
        (bandit, data) ->
            play(
                critic(bandit, data, factor * Math.sqrt(data.count())), bandit, rounds, etaFactor));
  }

  /// The last policy of SPAC-T instead of the mixture: what practice takes, without a theorem.
  static Method lastOfSpacT(int rounds) {
    return new Method(
        "SPAC-T, last policy",
        (bandit, data) ->
            SpacT.play(
                    critic(bandit, data, Math.sqrt(data.count())),
                    Policies.uniform(bandit.prompts(), bandit.responses()),
                    eta(rounds),
                    rounds)
                .last());
  }

  static double[][] play(Critic critic, Bandit bandit, int rounds, double etaFactor) {
    double[][] start = Policies.uniform(bandit.prompts(), bandit.responses());
    return SpacT.play(critic, start, etaFactor * eta(rounds), rounds).mixture();
  }

  static Method practical(boolean relative) {
    return new Method(
        relative ? "SPAC, one loss, relative" : "SPAC, one loss",
        (bandit, data) ->
            PracticalSpac.train(
                data,
                bandit.mu(),
                relative ? bandit.mu() : null,
                Math.sqrt(data.count()),
                1,
                20,
                30));
  }

  static Method dpo(double beta) {
    return new Method(
        "DPO, beta " + beta,
        (bandit, data) -> Baselines.dpo(data, bandit.mu(), beta, RIDGE / data.count()));
  }

  static Method ipo(double beta) {
    return new Method(
        "IPO, beta " + beta,
        (bandit, data) -> Baselines.ipo(data, bandit.mu(), beta, RIDGE / data.count()));
  }

  static Method greedy() {
    return new Method("greedy MLE", (bandit, data) -> Baselines.greedy(data, LOW, HIGH));
  }

  static Method rlhf(double beta) {
    return new Method(
        "RLHF, beta " + beta, (bandit, data) -> Baselines.rlhf(data, bandit.mu(), LOW, HIGH, beta));
  }

  static Method pessimistic(int rounds) {
    return new Method(
        "pessimistic MLE",
        (bandit, data) ->
            play(new PessimisticMle(data, bandit.mu(), LOW, HIGH), bandit, rounds, 1));
  }
}
