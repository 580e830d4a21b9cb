package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What an experiment found.
///
/// @param experiment which one
/// @param seeds repetitions of each value
/// @param tuning whether the seeds were those for choosing settings, which no report may use
/// @param coverage mean coverage coefficient C of the best policy at each value
/// @param curves of the methods; of DPO's betas the best one at each value, chosen in hindsight
public record Findings(
    Experiment experiment, int seeds, boolean tuning, List<Double> coverage, List<Curve> curves) {
  /// What the names of DPO's candidates begin with.
  static final String DPO = "DPO, beta ";

  /// Name of DPO's envelope.
  public static final String BEST_DPO = "DPO, best beta in hindsight";

  private record Trial(
      int value, int seed, double coverage, Map<String, Method.Outcome> outcomes) {}

  /// Runs an experiment; the result does not depend on `threads`.
  ///
  /// @param tuning on seeds that no report uses
  /// @param done is told the number of trials after each
  /// @throws IllegalStateException if a method fails, among other things because a regret bound does not hold
  public static Findings of(
      Experiment experiment, int seeds, int threads, boolean tuning, IntConsumer done) {
    List<Trial> trials = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Trial>> futures = new ArrayList<>();
      for (int v = experiment.values().size() - 1; v >= 0; v--) {
        for (int s = 0; s < seeds; s++) {
          int value = v;
          int seed = s;
          futures.add(pool.submit(() -> trial(experiment, value, seed, tuning)));
        }
      }
      for (Future<Trial> future : futures) {
        trials.add(future.get());
        done.accept(trials.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(experiment.name() + ": interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(experiment.name() + ": " + e.getCause(), e);
    }
    return summarise(experiment, seeds, tuning, trials);
  }

  private static Trial trial(Experiment experiment, int value, int seed, boolean tuning) {
    Seeds.Purpose purpose = tuning ? Seeds.Purpose.TUNING : Seeds.Purpose.REPORTED;
    SplittableRandom random = Seeds.generator(purpose, experiment.name(), value, seed);
    Experiment.Trial trial = experiment.setting().trial(experiment.values().get(value), random);
    Map<String, Method.Outcome> found = new LinkedHashMap<>();
    for (Method method : trial.methods()) {
      for (Method.Outcome outcome : method.run(trial.bandit(), trial.data(), random.nextLong())) {
        found.put(outcome.name(), outcome);
      }
    }
    return new Trial(value, seed, trial.coverage(), found);
  }

  private static Findings summarise(
      Experiment experiment, int seeds, boolean tuning, List<Trial> trials) {
    int values = experiment.values().size();
    trials.sort(Comparator.comparingInt(Trial::value).thenComparingInt(Trial::seed));
    List<Double> coverage = new ArrayList<>();
    for (int v = 0; v < values; v++) {
      coverage.add(
          trials.subList(v * seeds, (v + 1) * seeds).stream()
              .mapToDouble(Trial::coverage)
              .average()
              .orElseThrow());
    }
    Map<String, List<String>> candidates = new LinkedHashMap<>();
    for (String name : trials.getFirst().outcomes().keySet()) {
      candidates
          .computeIfAbsent(name.startsWith(DPO) ? BEST_DPO : name, curve -> new ArrayList<>())
          .add(name);
    }
    List<Curve> curves = new ArrayList<>();
    candidates.forEach(
        (curve, names) ->
            curves.add(
                Curve.of(
                    curve,
                    experiment.values(),
                    names.stream().map(name -> table(trials, name, values, seeds)).toList(),
                    games(trials, names.getFirst(), values, seeds),
                    Seeds.of(Seeds.Purpose.REPORTED, experiment.name() + curve, 0, 0))));
    return new Findings(experiment, seeds, tuning, coverage, curves);
  }

  private static Method.Outcome outcome(Trial trial, String name) {
    return Objects.requireNonNull(trial.outcomes().get(name), name);
  }

  private static double[][] table(List<Trial> trials, String name, int values, int seeds) {
    double[][] table = new double[values][seeds];
    for (Trial trial : trials) {
      table[trial.value()][trial.seed()] = outcome(trial, name).value();
    }
    return table;
  }

  private static List<@Nullable Game> games(
      List<Trial> trials, String name, int values, int seeds) {
    List<@Nullable Game> games = new ArrayList<>();
    for (int v = 0; v < values; v++) {
      List<Game> played = new ArrayList<>();
      for (Trial trial : trials.subList(v * seeds, (v + 1) * seeds)) {
        Game game = outcome(trial, name).game();
        if (game != null) {
          played.add(game);
        }
      }
      games.add(played.isEmpty() ? null : Game.over(played));
    }
    return games;
  }
}
