package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.theory.Audit;
import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.Baselines;
import org.tramontane.spac.theory.Comparisons;
import org.tramontane.spac.theory.ConfidenceSet;
import org.tramontane.spac.theory.Critic;
import org.tramontane.spac.theory.LinearCritic;
import org.tramontane.spac.theory.NeuralCritic;
import org.tramontane.spac.theory.NeuralReward;
import org.tramontane.spac.theory.PessimisticMle;
import org.tramontane.spac.theory.Policies;
import org.tramontane.spac.theory.PracticalSpac;
import org.tramontane.spac.theory.SpacT;
import org.tramontane.spac.theory.TabularCritic;
import org.tramontane.spac.theory.TheoremBound;

/// A way from comparisons to policies; of the bandit it may use mu only, but for what it reports.
interface Method {
  double LOW = -1;
  double HIGH = 1;

  /// What every critic step of an experiment keeps, or the run stops.
  double CRITIC_GAP = 1e-8;

  /// What its solver tries to reach.
  double CRITIC_AIM = 1e-9;

  /// Ridge on the sum of DPO's and IPO's losses. It is there for a minimum to exist, where a response has won or lost all its comparisons; on the mean it
  /// is divided by n, since a ridge that did not shrink would be a form of pessimism that those methods don't have.
  double RIDGE = 1e-3;

  /// The theorem holds with probability 1 - this.
  double DELTA = 0.05;

  /// What came out.
  ///
  /// @param seed for what the method itself draws
  List<Outcome> run(Bandit bandit, Comparisons data, long seed);

  /// One curve's value in one trial.
  ///
  /// @param name in tables and legends
  /// @param value suboptimality, or a bound on it
  /// @param game what was checked along the way, where there was a game
  record Outcome(String name, double value, @Nullable Game game) {}

  private static Outcome outcome(String name, Bandit bandit, double[][] policy) {
    return new Outcome(name, bandit.suboptimality(policy), null);
  }

  /// eta that minimises mirror descent's bound: sqrt(8 log Y / T) / (high - low).
  private static double eta(Bandit bandit, int rounds) {
    return Math.sqrt(8 * Math.log(bandit.responses()) / rounds) / (HIGH - LOW);
  }

  private static Critic critic(Bandit bandit, Comparisons data, double factor) {
    return new TabularCritic(
        data, bandit.mu(), factor * Math.sqrt(data.count()), LOW, HIGH, 0, CRITIC_GAP, CRITIC_AIM);
  }

  /// SPAC-T with lambda = `factor` sqrt(n) and eta = `etaFactor` times that of [#eta]. Every run is audited.
  static Method spacT(int rounds, double factor, double etaFactor) {
    return (bandit, data, seed) ->
        play("SPAC-T", critic(bandit, data, factor), bandit, rounds, etaFactor, false);
  }

  /// The mixture, and the last policy: what practice takes, without a theorem.
  static Method spacTAndLast(int rounds) {
    return (bandit, data, seed) -> play("SPAC-T", critic(bandit, data, 1), bandit, rounds, 1, true);
  }

  private static List<Outcome> play(
      String name, Critic critic, Bandit bandit, int rounds, double etaFactor, boolean withLast) {
    Audit audit = new Audit(bandit, critic);
    double[][] start = Policies.uniform(bandit.prompts(), bandit.responses());
    SpacT game = SpacT.play(critic, start, etaFactor * eta(bandit, rounds), rounds, audit);
    double suboptimality = bandit.suboptimality(game.mixture());
    audit.check(suboptimality);
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(
        new Outcome(
            name, suboptimality, Game.of(game, critic, rounds, audit.bound(), audit.shortfall())));
    if (withLast) {
      outcomes.add(outcome(name + ", last policy", bandit, game.last()));
    }
    return outcomes;
  }

  /// SPAC-T with what the theorem's proof says along the way, and the theorem's own bound.
  static Method bounds(int rounds) {
    return (bandit, data, seed) -> {
      Critic critic = critic(bandit, data, 1);
      Audit audit = new Audit(bandit, critic);
      double[][] start = Policies.uniform(bandit.prompts(), bandit.responses());
      SpacT game = SpacT.play(critic, start, eta(bandit, rounds), rounds, audit);
      double suboptimality = bandit.suboptimality(game.mixture());
      audit.check(suboptimality);
      double statistical = audit.statistical();
      double regret = TheoremBound.regret(bandit.responses(), rounds, HIGH - LOW);
      double coverage = bandit.concentrability(bandit.optimal());
      int cells = bandit.prompts() * bandit.responses();
      int n = data.count();
      return List.of(
          new Outcome(
              "SPAC-T",
              suboptimality,
              Game.of(game, critic, rounds, audit.bound(), audit.shortfall())),
          new Outcome("bound of this run (1)", audit.bound(), null),
          new Outcome("bound before the game (2)", statistical + regret, null),
          new Outcome("of which the data's term", statistical, null),
          new Outcome("of which the rounds' term", regret, null),
          new Outcome(
              "theorem, 95 %, lambda as played",
              regret
                  + TheoremBound.statistical(coverage, cells, n, Math.sqrt(n), HIGH - LOW, DELTA),
              null),
          new Outcome(
              "theorem, 95 %, best lambda",
              regret
                  + TheoremBound.statistical(
                      coverage,
                      cells,
                      n,
                      TheoremBound.bestLambda(coverage, cells, n, HIGH - LOW, DELTA),
                      HIGH - LOW,
                      DELTA),
              null));
    };
  }

  static Method linear(int rounds, double[][][] features) {
    return (bandit, data, seed) ->
        play(
            "SPAC-T, linear",
            new LinearCritic(
                data, bandit.mu(), features, Math.sqrt(data.count()), 1, CRITIC_GAP, CRITIC_AIM),
            bandit,
            rounds,
            1,
            true);
  }

  static Method neural(int rounds, NeuralReward network) {
    return (bandit, data, seed) -> {
      NeuralCritic critic =
          new NeuralCritic(
              data,
              bandit.mu(),
              network,
              Math.sqrt(data.count()),
              RESTARTS,
              STATIONARY,
              new SplittableRandom(seed));
      return play("SPAC-T, network", critic, bandit, rounds, 1, true);
    };
  }

  /// Random starts of a network's fit.
  int RESTARTS = 8;

  /// The projected gradient's norm that a network's critic keeps, or the run stops.
  double STATIONARY = 1e-6;

  /// The best response by the likeliest network, best of several starts.
  static Method neuralGreedy(NeuralReward network) {
    return (bandit, data, seed) -> {
      double[][] mu = bandit.mu();
      Critic likelihood =
          new NeuralCritic(data, mu, network, 1, RESTARTS, STATIONARY, new SplittableRandom(seed));
      Critic.Answer fit = likelihood.answer(mu);
      if (!(fit.residual() <= STATIONARY)) {
        throw new IllegalStateException(
            "greedy MLE, network: the fit's %s is %.3g, above the tolerance of %.3g"
                .formatted(likelihood.certificate(), fit.residual(), STATIONARY));
      }
      return List.of(outcome("greedy MLE, network", bandit, Policies.greedy(fit.f())));
    };
  }

  static Method practical(boolean relative) {
    String name = relative ? "SPAC, one loss, relative" : "SPAC, one loss";
    return (bandit, data, seed) -> {
      double[][] mu = bandit.mu();
      double lambda = Math.sqrt(data.count());
      double[][] policy = PracticalSpac.train(data, mu, relative ? mu : null, lambda, 1, 20, 30);
      return List.of(outcome(name, bandit, policy));
    };
  }

  static Method dpo(List<Double> betas) {
    return (bandit, data, seed) ->
        betas.stream()
            .map(
                beta ->
                    outcome(
                        Findings.DPO + beta,
                        bandit,
                        Baselines.dpo(data, bandit.mu(), beta, RIDGE / data.count())))
            .toList();
  }

  static Method ipo(double beta) {
    return (bandit, data, seed) ->
        List.of(
            outcome(
                "IPO, beta " + beta,
                bandit,
                Baselines.ipo(data, bandit.mu(), beta, RIDGE / data.count())));
  }

  static Method greedy() {
    return (bandit, data, seed) ->
        List.of(outcome("greedy MLE", bandit, Baselines.greedy(data, LOW, HIGH)));
  }

  static Method rlhf(double beta) {
    return (bandit, data, seed) ->
        List.of(
            outcome(
                "RLHF, beta " + beta, bandit, Baselines.rlhf(data, bandit.mu(), LOW, HIGH, beta)));
  }

  /// The game against Wilks' set, or against the set that holds at every n.
  static Method pessimistic(int rounds, boolean split) {
    String name = split ? "pessimistic MLE, split" : "pessimistic MLE, Wilks";
    return (bandit, data, seed) -> {
      ConfidenceSet set =
          split ? ConfidenceSet.split(data, LOW, HIGH, seed) : ConfidenceSet.wilks(data, LOW, HIGH);
      Critic critic = new PessimisticMle(set, bandit.mu(), CRITIC_GAP);
      double[][] start = Policies.uniform(bandit.prompts(), bandit.responses());
      SpacT game = SpacT.play(critic, start, eta(bandit, rounds), rounds, (t, pi, answer) -> {});
      return List.of(
          new Outcome(
              name,
              bandit.suboptimality(game.mixture()),
              Game.of(game, critic, rounds, Double.NaN, Double.NaN)));
    };
  }
}
