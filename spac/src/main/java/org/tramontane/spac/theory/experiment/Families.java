package org.tramontane.spac.theory.experiment;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.tramontane.spac.theory.Bandit;
import org.tramontane.spac.theory.NeuralReward;
import org.tramontane.spac.theory.Policies;

/// Families of bandits. Tables of rewards, and linear ones, lie in [-1, 1], the box of the critics.
final class Families {
  static final int PROMPTS = 5;
  static final int RESPONSES = 6;

  private Families() {}

  /// Rewards drawn uniformly from [-1/2, 1/2], and mu tilted at random: everything is compared now and then.
  static Bandit fixedGaps(SplittableRandom random) {
    return scaled(random, 1);
  }

  /// The same with all rewards multiplied by sqrt(50 / n): the gaps stay as hard to see as they are, however much data there is.
  static Bandit shrinkingGaps(SplittableRandom random, int n) {
    return scaled(random, Math.sqrt(50.0 / n));
  }

  private static Bandit scaled(SplittableRandom random, double scale) {
    double[][] reward = new double[PROMPTS][RESPONSES];
    double[][] tilt = new double[PROMPTS][RESPONSES];
    for (int x = 0; x < PROMPTS; x++) {
      for (int y = 0; y < RESPONSES; y++) {
        reward[x][y] = scale * random.nextDouble(-0.5, 0.5);
        tilt[x][y] = random.nextDouble(-0.5, 0.5);
      }
    }
    return new Bandit(reward, Policies.tilt(Policies.uniform(PROMPTS, RESPONSES), tilt, 1));
  }

  /// Two responses are good (1/2 and 1/4) and compared all the time; the other four are bad (-1/2) and each is compared 1.5 times a prompt on
  /// average, however large n is. A bad one that won its one comparison by luck has a perfect record for ever.
  static Bandit sparse(int n) {
    double rare = 1.5 * PROMPTS / (2.0 * n);
    double[][] reward = new double[PROMPTS][];
    double[][] mu = new double[PROMPTS][];
    for (int x = 0; x < PROMPTS; x++) {
      reward[x] = new double[] {0.5, 0.25, -0.5, -0.5, -0.5, -0.5};
      double common = (1 - 4 * rare) / 2;
      mu[x] = new double[] {common, common, rare, rare, rare, rare};
    }
    return new Bandit(reward, mu);
  }

  /// As [#fixedGaps], but the best response has probability `p` in mu and the others share the rest.
  static Bandit covered(SplittableRandom random, double p) {
    double[][] reward = new double[PROMPTS][RESPONSES];
    double[][] mu = new double[PROMPTS][RESPONSES];
    for (int x = 0; x < PROMPTS; x++) {
      int best = 0;
      for (int y = 0; y < RESPONSES; y++) {
        reward[x][y] = random.nextDouble(-0.5, 0.5);
        best = reward[x][y] > reward[x][best] ? y : best;
      }
      for (int y = 0; y < RESPONSES; y++) {
        mu[x][y] = y == best ? p : (1 - p) / (RESPONSES - 1);
      }
    }
    return new Bandit(reward, mu);
  }

  /// Rewards linear in four random features in the unit ball, with |theta| = 1/2.
  static Linear linear(SplittableRandom random) {
    double[][][] features = new double[PROMPTS][RESPONSES][];
    double[] theta = direction(random, 4, 0.5);
    double[][] reward = new double[PROMPTS][RESPONSES];
    for (int x = 0; x < PROMPTS; x++) {
      for (int y = 0; y < RESPONSES; y++) {
        features[x][y] = direction(random, 4, 1);
        for (int i = 0; i < theta.length; i++) {
          reward[x][y] += theta[i] * features[x][y][i];
        }
      }
    }
    return new Linear(new Bandit(reward, Policies.uniform(PROMPTS, RESPONSES)), features);
  }

  /// Three prompts with four responses each, whose rewards are those of a network with four tanh units and weights in [-3, 3], |r| <= 2, of three random features
  /// and a constant. By the true reward the two best responses of a prompt are compared all the time, and the others 1.5 times on average, as in
  /// [#sparse].
  static Neural neural(SplittableRandom random, int n) {
    double[][][] features = new double[3][4][];
    for (double[][] prompt : features) {
      for (int y = 0; y < 4; y++) {
        double[] phi = direction(random, 3, 1);
        prompt[y] = new double[] {phi[0], phi[1], phi[2], 1};
      }
    }
    NeuralReward network = new NeuralReward(features, 4, 3, 2);
    double[][] reward = network.rewards(network.draw(random));
    double rare = 1.5 * 3 / (2.0 * n);
    double[][] mu = new double[3][4];
    for (int x = 0; x < 3; x++) {
      double[] sorted = reward[x].clone();
      Arrays.sort(sorted);
      for (int y = 0; y < 4; y++) {
        mu[x][y] = reward[x][y] >= sorted[2] ? (1 - 2 * rare) / 2 : rare;
      }
    }
    return new Neural(new Bandit(reward, mu), network);
  }

  private static double[] direction(SplittableRandom random, int dimension, double length) {
    double[] v = new double[dimension];
    double square = 0;
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextGaussian();
      square += v[i] * v[i];
    }
    for (int i = 0; i < v.length; i++) {
      v[i] *= length / Math.sqrt(square);
    }
    return v;
  }

  /// A bandit and what its rewards are linear in.
  static final class Linear {
    private final Bandit bandit;
    private final double[][][] features;

    Linear(Bandit bandit, double[][][] features) {
      this.bandit = bandit;
      this.features = features;
    }

    Bandit bandit() {
      return bandit;
    }

    double[][][] features() {
      return features;
    }
  }

  /// A bandit and the class that its rewards are of.
  static final class Neural {
    private final Bandit bandit;
    private final NeuralReward network;

    Neural(Bandit bandit, NeuralReward network) {
      this.bandit = bandit;
      this.network = network;
    }

    Bandit bandit() {
      return bandit;
    }

    NeuralReward network() {
      return network;
    }
  }
}
