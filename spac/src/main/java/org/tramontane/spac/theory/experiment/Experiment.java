package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
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
  /// Rounds of SPAC-T where they are not what is varied.
  private static final int ROUNDS = 4_000;

  private static final double[] BETAS = {0.01, 0.03, 0.1, 0.3, 1, 3};

  /// What a value of the axis means.
  interface Setting {
    Trial trial(double value, SplittableRandom random);
  }

  /// One bandit with its data, and the methods that learn from it.
  record Trial(Bandit bandit, Comparisons data, List<Method> methods) {}

  /// All of them.
  ///
  /// @param quick fewer values and rounds, for a look
  public static List<Experiment> all(boolean quick) {
    int rounds = quick ? 400 : ROUNDS;
    List<Double> sizes = quick ? geometric(50, 5_000, 4) : geometric(50, 50_000, 8);
    List<Experiment> all = new ArrayList<>();
    all.add(
        new Experiment(
            "n-fixed",
            "How does suboptimality fall with the number of comparisons, where rewards stay as they are?",
            "n",
            sizes,
            (n, random) -> {
              List<Method> methods = everyone(rounds);
              methods.add(Method.lastOfSpacT(rounds));
              return trial(Families.fixedGaps(random), n, random, methods);
            }));
    all.add(
        new Experiment(
            "n-shrinking",
            "And where the gaps between rewards shrink as 1/sqrt(n), so that no amount of data makes them plain?",
            "n",
            sizes,
            (n, random) ->
                trial(Families.shrinkingGaps(random, (int) n), n, random, everyone(rounds))));
    all.add(
        new Experiment(
            "n-sparse",
            "And where four bad responses are compared once or twice, however much data there is?",
            "n",
            sizes,
            (n, random) -> trial(Families.sparse((int) n), n, random, everyone(rounds))));
    all.add(
        new Experiment(
            "n-linear",
            "And with rewards that are linear in features, the critic's theta in a ball?",
            "n",
            sizes,
            (n, random) -> linear(n, random)));
    all.add(
        new Experiment(
            "rounds",
            "How does suboptimality fall with the rounds T of the game (50,000 comparisons)?",
            "T",
            quick ? geometric(10, 1_000, 4) : geometric(10, 10_000, 10),
            (t, random) ->
                trial(
                    Families.fixedGaps(random),
                    50_000,
                    random,
                    List.of(Method.spacT("SPAC-T", (int) t, 1, 1), Method.lastOfSpacT((int) t)))));
    all.add(
        new Experiment(
            "coverage",
            "What does coverage cost: the best response has this probability in the data (1,000 comparisons; C in the table)?",
            "mu(best)",
            quick ? List.of(0.003, 0.03, 0.3) : geometric(0.001, 0.5, 8),
            (p, random) -> trial(Families.covered(random, p), 1_000, random, everyone(rounds))));
    all.add(
        new Experiment(
            "lambda",
            "How much should the preferences weigh against pessimism: lambda in units of sqrt(n) (1,000 comparisons, sparse)?",
            "lambda / sqrt(n)",
            quick ? geometric(0.01, 100, 5) : geometric(0.001, 1_000, 13),
            (factor, random) ->
                trial(
                    Families.sparse(1_000),
                    1_000,
                    random,
                    List.of(Method.spacT("SPAC-T", rounds, factor, 1), Method.greedy()))));
    all.add(
        new Experiment(
            "eta",
            "How long should the policy's steps be: eta in units of sqrt(8 log Y / T) / 2 (1,000 comparisons)?",
            "eta / eta*",
            quick ? geometric(0.1, 10, 5) : geometric(0.03, 30, 9),
            (factor, random) ->
                trial(
                    Families.fixedGaps(random),
                    1_000,
                    random,
                    List.of(Method.spacT("SPAC-T", rounds, 1, factor)))));
    return all;
  }

  private static Trial trial(
      Bandit bandit, double n, SplittableRandom random, List<Method> methods) {
    return new Trial(bandit, Comparisons.sample(bandit, (int) n, random), methods);
  }

  private static Trial linear(double n, SplittableRandom random) {
    Families.Linear family = Families.linear(random);
    Method spac =
        new Method(
            "SPAC-T, linear",
            (bandit, data) ->
                Method.play(
                    new LinearCritic(
                        data, bandit.mu(), family.features(), Math.sqrt(data.count()), 1),
                    bandit,
                    100,
                    1));
    return trial(family.bandit(), n, random, List.of(spac, Method.greedy()));
  }

  private static List<Method> everyone(int rounds) {
    List<Method> methods = new ArrayList<>();
    methods.add(Method.spacT("SPAC-T", rounds, 1, 1));
    methods.add(Method.practical(false));
    methods.add(Method.practical(true));
    methods.add(Method.greedy());
    methods.add(Method.pessimistic(Math.max(40, rounds / 40)));
    DoubleStream.of(BETAS).mapToObj(Method::dpo).forEach(methods::add);
    methods.add(Method.ipo(0.1));
    methods.add(Method.rlhf(0.1));
    return methods;
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
