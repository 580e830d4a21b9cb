package org.tramontane.spac.eval.python;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `random.Random(seed)` of CPython 3, bit for bit: what is drawn here is what Python draws.
///
/// The harness picks documents and few-shot examples with it, so a prompt can only be reproduced with its very bits.
/// The algorithms of `shuffle` and `sample` are those of CPython 3.2 and later, for populations of any size.
public final class PythonRandom {
  private final MersenneTwister twister;

  /// Seeded as `random.seed(seed)` does with an integer: by the 32-bit words of its absolute value, the lowest first.
  public PythonRandom(long seed) {
    // The absolute value of the smallest long is right as an unsigned number.
    long magnitude = Math.abs(seed);
    int low = (int) magnitude;
    int high = (int) (magnitude >>> 32);
    this.twister = new MersenneTwister(high == 0 ? new int[] {low} : new int[] {low, high});
  }

  /// `getrandbits(k)`: a number of `k` bits.
  ///
  /// @param k 1 to 32
  public long getrandbits(int k) {
    if (k < 1 || k > 32) {
      throw new IllegalArgumentException("k = " + k + "; allowed: 1 to 32");
    }
    return Integer.toUnsignedLong(twister.nextInt()) >>> (32 - k);
  }

  /// `random()`: a double in [0, 1) with 53 random bits.
  public double random() {
    long a = getrandbits(27);
    long b = getrandbits(26);
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
  }

  /// `_randbelow(n)`: a number in `[0, n)`, by drawing as many bits as `n` has until they are below it.
  ///
  /// @param n 1 or more
  public int randbelow(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("n = " + n + "; allowed: 1 or more");
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
    long drawn = getrandbits(bits);
    while (drawn >= n) {
      drawn = getrandbits(bits);
    }
    return (int) drawn;
  }

  /// `shuffle(x)`: in place, from the end.
  public void shuffle(List<?> x) {
    for (int i = x.size() - 1; i > 0; i--) {
      Collections.swap(x, i, randbelow(i + 1));
    }
  }

  /// `sample(population, k)`: `k` different members, in the order drawn.
  ///
  /// @param k 0 up to the population's size
  public <T> List<T> sample(List<T> population, int k) {
    int n = population.size();
    if (k < 0 || k > n) {
      throw new IllegalArgumentException("k = " + k + "; allowed: 0 to the population's " + n);
    }
    return n <= poolUpTo(k) ? sampleFromPool(population, k) : sampleBySet(population, k);
  }

  /// Up to this population's size Python keeps a list of who is left, above it a set of who is gone:
  /// `21 + 4 ** ceil(log(3 k, 4))`, and 21 for `k` up to 5.
  private static long poolUpTo(int k) {
    long power = 1;
    while (k > 5 && power < 3L * k) {
      power *= 4;
    }
    return k > 5 ? 21 + power : 21;
  }

  private <T> List<T> sampleFromPool(List<T> population, int k) {
    List<T> pool = new ArrayList<>(population);
    List<T> drawn = new ArrayList<>(k);
    for (int i = 0; i < k; i++) {
      int last = pool.size() - 1 - i;
      int j = randbelow(last + 1);
      drawn.add(pool.get(j));
      pool.set(j, pool.get(last));
    }
    return drawn;
  }

  private <T> List<T> sampleBySet(List<T> population, int k) {
    Set<Integer> gone = new HashSet<>();
    List<T> drawn = new ArrayList<>(k);
    for (int i = 0; i < k; i++) {
      int j = randbelow(population.size());
      while (!gone.add(j)) {
        j = randbelow(population.size());
      }
      drawn.add(population.get(j));
    }
    return drawn;
  }
}
