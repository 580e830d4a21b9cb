package org.tramontane.spac.theory;

import java.util.Arrays;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.jspecify.annotations.Nullable;

/// SPAC as it is trained (arXiv 2406.04274, Algorithm 2), on a softmax policy per prompt: each round minimises, by conjugate gradients from where the
/// last one ended,
///
///     E_{y ~ pi_t} -log sigmoid(-rho(y) / eta) + lambda mean_i -log sigmoid((rho(win_i) - rho(lose_i)) / eta),   rho = log pi - log pi_t
///
/// which is the stable form, and then pi_{t+1} is pi. The steps of a round are few, as in practice: it is no minimum.
///
/// The relative form has rho(y) - E_mu rho in the place of rho(y). It matters: since E_{pi_t} of the gradient of log pi is 0 at pi = pi_t, the
/// first term of the plain form is stationary there, and holds the policy where it is instead of holding it against the data.
public final class PracticalSpac {
  private PracticalSpac() {}

  /// The policy after `rounds` rounds of at most `steps` steps from `start`.
  ///
  /// @param mu what the relative form is relative to, or null for the plain form
  public static double[][] train(
      Comparisons data,
      double[][] start,
      double @Nullable [][] mu,
      double lambda,
      double eta,
      int rounds,
      int steps) {
    double[][] pi = start;
    for (int round = 0; round < rounds; round++) {
      double[][] next = new double[pi.length][];
      for (int x = 0; x < pi.length; x++) {
        next[x] =
            minimise(
                new Loss(
                    data, x, pi[x], mu == null ? new double[pi[x].length] : mu[x], lambda, eta),
                steps);
      }
      pi = next;
    }
    return pi;
  }

  private static double[] minimise(Loss loss, int steps) {
    SimpleValueChecker enough = new SimpleValueChecker(1e-10, 1e-12, steps);
    double[] logits =
        new NonLinearConjugateGradientOptimizer(
                NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE, enough)
            .optimize(
                new ObjectiveFunction(loss::value),
                new ObjectiveFunctionGradient(loss::gradient),
                GoalType.MINIMIZE,
                new InitialGuess(loss.logits()),
                new MaxEval(100_000),
                MaxIter.unlimited())
            .getPoint();
    return Policies.tilt(new double[][] {loss.ones()}, new double[][] {logits}, 1)[0];
  }

  /// The loss at one prompt as a function of logits.
  static final class Loss {
    private final Comparisons data;
    private final int x;
    private final double[] previous;
    private final double[] base;
    private final double lambda;
    private final double eta;

    /// @param base weights of the mean that rho is relative to; zeros for none
    Loss(Comparisons data, int x, double[] previous, double[] base, double lambda, double eta) {
      this.data = data;
      this.x = x;
      this.previous = previous;
      this.base = base;
      this.lambda = lambda;
      this.eta = eta;
    }

    double[] ones() {
      double[] ones = new double[previous.length];
      Arrays.fill(ones, 1);
      return ones;
    }

    double[] logits() {
      return Arrays.stream(previous).map(Math::log).toArray();
    }

    private double[] rho(double[] logits) {
      double[] pi = Policies.tilt(new double[][] {ones()}, new double[][] {logits}, 1)[0];
      double[] rho = new double[pi.length];
      for (int y = 0; y < rho.length; y++) {
        rho[y] = Math.log(Math.max(pi[y], 1e-300)) - Math.log(Math.max(previous[y], 1e-300));
      }
      return rho;
    }

    double value(double[] logits) {
      double[] rho = rho(logits);
      double sum = 0;
      double mean = PreferenceObjective.dot(base, rho);
      for (int a = 0; a < rho.length; a++) {
        sum += previous[a] / data.prompts() * Logistic.loss(-(rho[a] - mean) / eta);
        for (int b = 0; b < rho.length; b++) {
          if (data.wins(x, a, b) > 0) {
            double share = lambda * data.wins(x, a, b) / data.count();
            sum += share * Logistic.loss((rho[a] - rho[b]) / eta);
          }
        }
      }
      return sum;
    }

    double[] gradient(double[] logits) {
      double[] rho = rho(logits);
      double[] g = new double[rho.length];
      double total = 0;
      double mean = PreferenceObjective.dot(base, rho);
      for (int a = 0; a < rho.length; a++) {
        double push = previous[a] / data.prompts() * Logistic.sigmoid((rho[a] - mean) / eta) / eta;
        g[a] += push;
        for (int y = 0; y < g.length; y++) {
          g[y] -= base[y] * push;
        }
        for (int b = 0; b < rho.length; b++) {
          if (data.wins(x, a, b) > 0) {
            double share = lambda * data.wins(x, a, b) / data.count();
            double slope = -share * Logistic.sigmoid(-(rho[a] - rho[b]) / eta) / eta;
            g[a] += slope;
            g[b] -= slope;
          }
        }
      }
      for (double e : g) {
        total += e;
      }
      double[] pi = Policies.tilt(new double[][] {ones()}, new double[][] {logits}, 1)[0];
      for (int y = 0; y < g.length; y++) {
        g[y] -= pi[y] * total; // d rho_y / d logit_z = [y = z] - pi_z
      }
      return g;
    }
  }
}
