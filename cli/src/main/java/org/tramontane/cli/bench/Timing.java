package org.tramontane.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Medians of cases that take turns, so that whatever slows the machine for a while slows all of them.
///
/// @param warmUpNanos how long each case runs before anything is recorded
/// @param rounds how many times each case is recorded
record Timing(long warmUpNanos, int rounds) {
  /// Shortest time that is recorded at once; a faster case is repeated.
  private static final long SAMPLE_NANOS = 2_000_000;

  static final Timing STANDARD = new Timing(600_000_000L, 21);

  /// Long enough to see that everything runs, too short to trust.
  static final Timing QUICK = new Timing(20_000_000L, 3);

  boolean isQuick() {
    return rounds < STANDARD.rounds;
  }

  /// The median seconds per call of each case, in the order given.
  double[] medians(List<Runnable> cases) {
    return medians(cases, () -> {});
  }

  /// The median seconds per call of each case, in the order given; `afterFirst` runs, untimed, whenever the first case
  /// has.
  double[] medians(List<Runnable> cases, Runnable afterFirst) {
    List<double[]> samples = new ArrayList<>();
    int[] repeats = new int[cases.size()];
    for (int i = 0; i < cases.size(); i++) {
      repeats[i] = warmUp(cases.get(i));
      if (i == 0) {
        afterFirst.run();
      }
      samples.add(new double[rounds]);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < cases.size(); i++) {
        samples.get(i)[round] = time(cases.get(i), repeats[i]);
        if (i == 0) {
          afterFirst.run();
        }
      }
    }
    return samples.stream().mapToDouble(Timing::median).toArray();
  }

  /// Runs `body` until the JIT compiler has had its time; returns how often it fits a sample.
  private int warmUp(Runnable body) {
    long start = System.nanoTime();
    int runs = 0;
    long last = Long.MAX_VALUE;
    while (runs < 3 || System.nanoTime() - start < warmUpNanos) {
      long before = System.nanoTime();
      body.run();
      last = Math.max(1, System.nanoTime() - before);
      runs++;
    }
    return Math.clamp(SAMPLE_NANOS / last, 1, 1000);
  }

  private static double time(Runnable body, int repeats) {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      body.run();
    }
    return (System.nanoTime() - start) / 1e9 / repeats;
  }

  private static double median(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
