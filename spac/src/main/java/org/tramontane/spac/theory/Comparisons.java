package org.tramontane.spac.theory;

import java.util.random.RandomGenerator;

/// Preference data of a bandit: how often response a beat response b at prompt x.
public final class Comparisons {
  private final int[][][] wins;
  private final int count;

  /// Of `wins[x][a][b]`.
  ///
  /// @throws IllegalArgumentException on a negative count, or where there is no comparison at all
  public Comparisons(int[][][] wins) {
    int sum = 0;
    for (int[][] prompt : wins) {
      for (int[] winner : prompt) {
        for (int times : winner) {
          if (times < 0) {
            throw new IllegalArgumentException("wins: " + times + " is negative");
          }
          sum += times;
        }
      }
    }
    if (sum == 0) {
      throw new IllegalArgumentException("wins: no comparison");
    }
    this.wins = wins;
    this.count = sum;
  }

  /// Draws `n` comparisons: a prompt uniformly, two responses from `mu`, and the winner by Bradley and Terry's
  /// P(a beats b) = sigmoid(r(a) - r(b)). A response may meet itself, which tells nothing, as in the theorem.
  public static Comparisons sample(Bandit bandit, int n, RandomGenerator random) {
    int[][][] wins = new int[bandit.prompts()][bandit.responses()][bandit.responses()];
    for (int i = 0; i < n; i++) {
      int x = random.nextInt(bandit.prompts());
      int a = draw(bandit.mu()[x], random);
      int b = draw(bandit.mu()[x], random);
      double gap = bandit.reward()[x][a] - bandit.reward()[x][b];
      boolean first = random.nextDouble() < Logistic.sigmoid(gap);
      wins[x][first ? a : b][first ? b : a]++;
    }
    return new Comparisons(wins);
  }

  private static int draw(double[] p, RandomGenerator random) {
    double u = random.nextDouble();
    for (int y = 0; y < p.length - 1; y++) {
      u -= p[y];
      if (u < 0) {
        return y;
      }
    }
    return p.length - 1;
  }

  /// Prompts.
  public int prompts() {
    return wins.length;
  }

  /// Responses to each prompt.
  public int responses() {
    return wins[0].length;
  }

  /// n, all comparisons.
  public int count() {
    return count;
  }

  /// How often `a` beat `b` at `x`.
  public int wins(int x, int a, int b) {
    return wins[x][a][b];
  }

  /// The comparisons in two parts, each one put into either by a fair coin.
  ///
  /// @throws IllegalStateException if a part got none
  Comparisons[] halves(RandomGenerator random) {
    int[][][] one = new int[prompts()][responses()][responses()];
    int[][][] other = new int[prompts()][responses()][responses()];
    int tossed = 0;
    for (int x = 0; x < prompts(); x++) {
      for (int a = 0; a < responses(); a++) {
        for (int b = 0; b < responses(); b++) {
          for (int i = 0; i < wins[x][a][b]; i++) {
            boolean first = random.nextBoolean();
            (first ? one : other)[x][a][b]++;
            tossed += first ? 1 : 0;
          }
        }
      }
    }
    if (tossed == 0 || tossed == count) {
      throw new IllegalStateException("wins: " + count + " comparisons are too few to split");
    }
    return new Comparisons[] {new Comparisons(one), new Comparisons(other)};
  }
}
