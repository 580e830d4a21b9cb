package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.Comparisons;
import org.tramontane.spac.theory.LinearCritic;

/// What is varied, in which family, and who plays.
///
/// @param name as the command line has it
/// @param question what it asks
/// @param axis what is varied
/// @param values of it
/// @param setting what belongs to a value
public record Experiment(
    String name, String question, String axis, List<Double> values, Setting setting) {
  private static final List<Double> BETAS = List.of(0.01, 0.03, 0.1, 0.3, 1.0, 3.0);

  /// What a value of the axis means.
  interface Setting {
    Trial trial(double value, SplittableRandom random);
  }

  /// One bandit with its data, and the methods that learn from it.
  ///
  /// @param coverage C of the best policy
  record Trial(Bandit bandit, Comparisons data, double coverage, List<Method> methods) {}

  /// How large everything is.
  ///
  /// @param quick fewer values, for a look
  /// @param rounds T of SPAC-T, where it is not what is varied
  public record Size(boolean quick, int rounds) {
    /// Checks the rounds.
    public Size {
      if (rounds < 1) {
        throw new IllegalArgumentException("rounds: " + rounds + ": allowed are 1 or more");
      }
    }

    /// With the rounds that suit it.
    public static Size of(boolean quick) {
      return new Size(quick, quick ? 1_000 : 4_000);
    }

    /// Pessimistic maximum likelihood searches for a multiplier in each round.
    int pessimisticRounds() {
      return Math.max(1, rounds / 8);
    }

    /// A network's critic takes milliseconds a round.
    int neuralRounds() {
      return Math.max(1, rounds / 16);
    }

    private List<Double> numbers() {
      return quick ? geometric(50, 5_000, 4) : geometric(50, 50_000, 8);
    }
  }

  /// All of them.
  public static List<Experiment> all(Size size) {
    int rounds = size.rounds();
    List<Double> numbers = size.numbers();
    List<Experiment> all = new ArrayList<>();
    all.add(
        new Experiment(
            "n-sparse",
            "How does suboptimality fall with the number of comparisons, where four bad responses are compared once or twice, however much data there is?",
            "n",
            numbers,
            (n, random) -> trial(Families.sparse((int) n), n, random, everyone(size))));
    all.add(
        new Experiment(
            "n-fixed",
            "And where everything is compared now and then, and rewards stay as they are?",
            "n",
            numbers,
            (n, random) -> trial(Families.fixedGaps(random), n, random, everyone(size))));
    all.add(
        new Experiment(
            "n-long",
            "And the same with sixteen times as many rounds: how much of it was T's floor?",
            "n",
            numbers,
            (n, random) ->
                trial(
                    Families.fixedGaps(random),
                    n,
                    random,
                    List.of(Method.spacTAndLast(16 * rounds), Method.greedy()))));
    all.add(
        new Experiment(
            "n-shrinking",
            "And where the gaps between rewards shrink as 1/sqrt(n), so that no amount of data makes them plain?",
            "n",
            numbers,
            (n, random) ->
                trial(Families.shrinkingGaps(random, (int) n), n, random, everyone(size))));
    all.add(
        new Experiment(
            "n-linear",
            "And with rewards that are linear in features, the critic's theta in a ball (C is that of the linear class)?",
            "n",
            numbers,
            (n, random) -> linear(n, random, rounds)));
    all.add(
        new Experiment(
            "n-neural",
            "And with rewards of a small network, sparse again, where a critic's answer is only known to be stationary?",
            "n",
            numbers,
            (n, random) -> neural(n, random, size)));
    all.add(
        new Experiment(
            "bound",
            "What does the theorem promise, with its constants, and what comes (sparse)?",
            "n",
            numbers,
            (n, random) ->
                trial(Families.sparse((int) n), n, random, List.of(Method.bounds(rounds)))));
    all.add(
        new Experiment(
            "rounds",
            "How does suboptimality fall with the rounds T of the game (50,000 comparisons)?",
            "T",
            size.quick()
                ? geometric(10, 1_000, 4)
                : geometric(10, 10_000 * Math.pow(10, 2.0 / 3), 12),
            (t, random) ->
                trial(
                    Families.fixedGaps(random),
                    50_000,
                    random,
                    List.of(Method.spacTAndLast((int) t)))));
    all.add(
        new Experiment(
            "coverage",
            "What does coverage cost: the best response has this probability in the data (1,000 comparisons; C in the table)?",
            "mu(best)",
            size.quick() ? List.of(0.003, 0.03, 0.3) : geometric(0.001, 0.5, 8),
            (p, random) -> trial(Families.covered(random, p), 1_000, random, everyone(size))));
    all.add(
        new Experiment(
            "lambda",
            "How much should the preferences weigh against pessimism: lambda in units of sqrt(n) (1,000 comparisons, sparse)?",
            "lambda / sqrt(n)",
            size.quick() ? geometric(0.01, 100, 5) : geometric(0.001, 1_000, 13),
            (factor, random) ->
                trial(
                    Families.sparse(1_000),
                    1_000,
                    random,
                    List.of(Method.spacT(rounds, factor, 1), Method.greedy()))));
    all.add(
        new Experiment(
            "eta",
            "How long should the policy's steps be: eta in units of sqrt(8 log Y / T) / 2 (1,000 comparisons)?",
            "eta / eta*",
            size.quick() ? geometric(0.1, 10, 5) : geometric(0.03, 30, 9),
            (factor, random) ->
                trial(
                    Families.fixedGaps(random),
                    1_000,
                    random,
                    List.of(Method.spacT(rounds, 1, factor)))));
    return all;
  }

  private static Trial trial(
      Bandit bandit, double n, SplittableRandom random, List<Method> methods) {
    double coverage = bandit.concentrability(bandit.optimal());
    return new Trial(bandit, Comparisons.sample(bandit, (int) n, random), coverage, methods);
  }

  private static Trial linear(double n, SplittableRandom random, int rounds) {
    Families.Linear family = Families.linear(random);
    Bandit bandit = family.bandit();
    double coverage =
        LinearCritic.concentrability(bandit.optimal(), bandit.mu(), family.features());
    return new Trial(
        bandit,
        Comparisons.sample(bandit, (int) n, random),
        coverage,
        List.of(Method.linear(rounds, family.features()), Method.greedy()));
  }

  private static Trial neural(double n, SplittableRandom random, Size size) {
    Families.Neural family = Families.neural(random, (int) n);
    return trial(
        family.bandit(),
        n,
        random,
        List.of(
            Method.neural(size.neuralRounds(), family.network()),
            Method.neuralGreedy(family.network())));
  }

  private static List<Method> everyone(Size size) {
    return List.of(
        Method.spacTAndLast(size.rounds()),
        Method.practical(false),
        Method.practical(true),
        Method.greedy(),
        Method.pessimistic(size.pessimisticRounds(), false),
        Method.pessimistic(size.pessimisticRounds(), true),
        Method.ipo(0.1),
        Method.rlhf(0.1),
        Method.dpo(BETAS));
  }

  /// `count` values from `first` to `last`, each the same multiple of the one before; those above 20 are whole numbers.
  static List<Double> geometric(double first, double last, int count) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double value = first * Math.pow(last / first, (double) i / (count - 1));
      values.add(last > 20 && first >= 1 ? Math.rint(value) : value);
    }
    return values;
  }
}
