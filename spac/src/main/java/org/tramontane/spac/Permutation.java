package org.tramontane.spac;

import java.util.SplittableRandom;

/// Shuffled orders that depend on a seed and an epoch alone: the same on every machine, and any epoch's without those
/// before it.
public final class Permutation {
  private Permutation() {}

  /// The numbers 0 to `n - 1` in a random order (Fisher and Yates).
  public static int[] of(long seed, long epoch, int n) {
    // Two rounds of splitting keep (seed, epoch) and (seed + 1, epoch - 1) apart.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
