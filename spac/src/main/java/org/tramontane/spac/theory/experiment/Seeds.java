package org.tramontane.spac.theory.experiment;

import java.util.SplittableRandom;

/// Generators that belong to an experiment, a value of its axis and a repetition, whoever runs it and on however many threads.
///
/// What is chosen by looking is looked at with [Purpose#TUNING]; figures that are reported come from [Purpose#REPORTED]. The purpose is the lowest
/// bit of the seed, so that the two never share one.
final class Seeds {
  private Seeds() {}

  /// What a seed is for.
  enum Purpose {
    REPORTED,
    TUNING
  }

  static long of(Purpose purpose, String experiment, int value, int repetition) {
    long h = 0x9e3779b97f4a7c15L;
    for (int part : new int[] {experiment.hashCode(), value, repetition}) {
      h = mix(h ^ part);
    }
    return h << 1 | (purpose == Purpose.TUNING ? 1 : 0);
  }

  static SplittableRandom generator(Purpose purpose, String experiment, int value, int repetition) {
    return new SplittableRandom(of(purpose, experiment, value, repetition));
  }

  /// The finisher of SplitMix64 (Steele et al. 2014).
  private static long mix(long z) {
    long y = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    y = (y ^ y >>> 27) * 0x94d049bb133111ebL;
    return y ^ y >>> 31;
  }
}
