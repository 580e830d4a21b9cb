package org.tramontane.spac.theory.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// What an experiment found.
///
/// @param experiment which one
/// @param seeds repetitions of each value
/// @param coverage mean coverage coefficient C of the best policy at each value
/// @param curves of the methods; of DPO's betas the best one at each value, chosen in hindsight
public record Findings(
    Experiment experiment, int seeds, List<Double> coverage, List<Curve> curves) {
  private static final String DPO = "DPO, beta ";

  /// Name of DPO's envelope.
  public static final String BEST_DPO = "DPO, best beta in hindsight";

  private record Trial(int value, int seed, double coverage, Map<String, Double> suboptimality) {}

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
    return summarise(experiment, seeds, trials);
  }

  private static Trial trial(Experiment experiment, int value, int seed, boolean tuning) {
    Seeds.Purpose purpose = tuning ? Seeds.Purpose.TUNING : Seeds.Purpose.REPORTED;
    SplittableRandom random = Seeds.generator(purpose, experiment.name(), value, seed);
    Experiment.Trial trial = experiment.setting().trial(experiment.values().get(value), random);
    Map<String, Double> found = new LinkedHashMap<>();
    for (Method method : trial.methods()) {
      double[][] policy = method.learner().learn(trial.bandit(), trial.data());
      found.put(method.name(), trial.bandit().suboptimality(policy));
    }
    double coverage = trial.bandit().concentrability(trial.bandit().optimal());
    return new Trial(value, seed, coverage, found);
  }

  private static Findings summarise(Experiment experiment, int seeds, List<Trial> trials) {
    int values = experiment.values().size();
    List<Double> coverage = new ArrayList<>();
    for (int v = 0; v < values; v++) {
      int value = v;
      coverage.add(
          trials.stream()
              .filter(t -> t.value() == value)
              .sorted(Comparator.comparingInt(Trial::seed))
              .mapToDouble(Trial::coverage)
              .average()
              .orElseThrow());
    }
    Map<String, double[][]> samples = new LinkedHashMap<>();
    for (String method : trials.getFirst().suboptimality().keySet()) {
      double[][] table = new double[values][seeds];
      for (Trial trial : trials) {
        table[trial.value()][trial.seed()] = trial.suboptimality().getOrDefault(method, Double.NaN);
      }
      samples.put(method, table);
    }
    hindsight(samples, values);
    List<Curve> curves = new ArrayList<>();
    samples.forEach(
        (method, table) ->
            curves.add(
                Curve.of(
                    method,
                    experiment.values(),
                    table,
                    Seeds.of(Seeds.Purpose.REPORTED, experiment.name() + method, 0, 0))));
    return new Findings(experiment, seeds, coverage, curves);
  }

  /// Puts the best of DPO's betas at each value in the place of all of them: a favour that no user could have.
  private static void hindsight(Map<String, double[][]> samples, int values) {
    List<double[][]> all =
        samples.entrySet().stream()
            .filter(e -> e.getKey().startsWith(DPO))
            .map(Map.Entry::getValue)
            .toList();
    if (all.isEmpty()) {
      return;
    }
    double[][] best = new double[values][];
    for (int v = 0; v < values; v++) {
      int value = v;
      best[v] =
          all.stream()
              .map(table -> table[value])
              .min(Comparator.comparingDouble(Findings::mean))
              .orElseThrow();
    }
    samples.keySet().removeIf(name -> name.startsWith(DPO));
    samples.put(BEST_DPO, best);
  }

  private static double mean(double[] sample) {
    double sum = 0;
    for (double v : sample) {
      sum += v;
    }
    return sum / sample.length;
  }
}
