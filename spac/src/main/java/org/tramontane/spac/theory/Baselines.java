package org.tramontane.spac.theory;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/// What SPAC is compared with, each solved exactly on tables.
public final class Baselines {
  private static final double GAP = 1e-9;
  private static final double AIM = 1e-13;

  private Baselines() {}

  /// The reward of maximum likelihood: argmin_f mean_i -log sigmoid(f(win) - f(lose)) + (ridge / 2) sum f^2, entries in `[low, high]`.
  ///
  /// @throws IllegalStateException if the solver ends above the minimum by more than 1e-9
  public static double[][] likeliestReward(
      Comparisons data, double low, double high, double ridge) {
    double[][] mu = Policies.uniform(data.prompts(), data.responses());
    // Against its own mu the critic has nothing to gain, so that only the likelihood is left.
    Critic.Answer answer = new TabularCritic(data, mu, 1, low, high, ridge, GAP, AIM).answer(mu);
    return checked(answer.f(), answer.residual());
  }

  private static double[][] checked(double[][] f, double gap) {
    if (!(gap <= GAP)) {
      throw new IllegalStateException(
          "maximum likelihood: its optimality gap is %.3g, above the tolerance of %.3g"
              .formatted(gap, GAP));
    }
    return f;
  }

  /// Greedy maximum likelihood: the best response by the likeliest reward. The ridge (1e-6) decides where the data say nothing.
  public static double[][] greedy(Comparisons data, double low, double high) {
    return Policies.greedy(likeliestReward(data, low, high, 1e-6));
  }

  /// RLHF with its KL divergence: pi proportional to mu exp(r / beta), for the likeliest reward.
  public static double[][] rlhf(
      Comparisons data, double[][] mu, double low, double high, double beta) {
    return Policies.tilt(mu, likeliestReward(data, low, high, 1e-6), 1 / beta);
  }

  /// DPO (arXiv 2305.18290) on a table: its reward is free, so that the likeliest one is not bounded by a box but by the ridge alone. The ridge also
  /// certifies the minimum: it is nearer than |gradient|^2 / (2 ridge).
  public static double[][] dpo(Comparisons data, double[][] mu, double beta, double ridge) {
    return Policies.tilt(mu, freeReward(data, ridge), 1 / beta);
  }

  /// The reward behind DPO, which beta does not change.
  static double[][] freeReward(Comparisons data, double ridge) {
    ConvexSet.Box anywhere = new ConvexSet.Box(-1e9, 1e9);
    double[][] f = new double[data.prompts()][];
    double gap = 0;
    for (int x = 0; x < f.length; x++) {
      PairObjective objective = new PairObjective(data, x, 1, ridge, 0);
      f[x] =
          ProjectedNewton.minimise(
              objective,
              anywhere,
              new double[data.responses()],
              1e-25,
              500,
              (v, g) -> PreferenceObjective.dot(g, g) / (2 * ridge));
      double[] g = objective.gradient(f[x]);
      gap += PreferenceObjective.dot(g, g) / (2 * ridge);
    }
    return checked(f, gap);
  }

  /// IPO (arXiv 2310.12036) on a table: argmin_h mean_i (h(win) - h(lose) - 1 / (2 beta))^2 + ridge sum h^2, pi proportional to mu exp(h).
  public static double[][] ipo(Comparisons data, double[][] mu, double beta, double ridge) {
    int responses = data.responses();
    double[][] h = new double[data.prompts()][];
    for (int x = 0; x < h.length; x++) {
      Array2DRowRealMatrix normal = new Array2DRowRealMatrix(responses, responses);
      ArrayRealVector right = new ArrayRealVector(responses);
      for (int a = 0; a < responses; a++) {
        normal.addToEntry(a, a, ridge);
        for (int b = 0; b < responses; b++) {
          double share = (double) data.wins(x, a, b) / data.count();
          if (a != b && share > 0) {
            normal.addToEntry(a, a, share);
            normal.addToEntry(b, b, share);
            normal.addToEntry(a, b, -share);
            normal.addToEntry(b, a, -share);
            right.addToEntry(a, share / (2 * beta));
            right.addToEntry(b, -share / (2 * beta));
          }
        }
      }
      h[x] = new LUDecomposition(normal, 0).getSolver().solve(right).toArray();
    }
    return Policies.tilt(mu, h, 1);
  }
}
