package org.tramontane.spac.theory;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.exception.NoBracketingException;

/// The costly provable baseline: the critic may choose any reward whose likelihood is not significantly worse than the best one's,
/// f in F = { n (L(f) - min L) <= q / 2 }, q the 95 % quantile of a chi-squared distribution with as many degrees of freedom as the table has
/// (Wilks). Each answer is a search for the multiplier of that constraint, so that it costs many critic steps of SPAC.
public final class PessimisticMle implements Critic {
  private final Comparisons data;
  private final double[][] mu;
  private final double low;
  private final double high;
  private final double limit;
  private final TabularCritic likelihood;

  /// Against `mu`, with rewards in `[low, high]`.
  public PessimisticMle(Comparisons data, double[][] mu, double low, double high) {
    this.data = data;
    this.mu = mu;
    this.low = low;
    this.high = high;
    this.likelihood = new TabularCritic(data, mu, 1, low, high, 0, 1e-10);
    double freedom = (double) data.prompts() * (data.responses() - 1);
    double quantile = new ChiSquaredDistribution(freedom).inverseCumulativeProbability(0.95);
    limit = loss(likelihood.answer(mu).f()) + quantile / 2 / data.count();
  }

  /// Mean loss of the preferences under `f`.
  double loss(double[][] f) {
    double sum = 0;
    for (int x = 0; x < f.length; x++) {
      // Against its own mu a policy gains nothing: what is left of the objective is the likelihood.
      sum += likelihood.objective(x, mu[x]).value(f[x]);
    }
    return sum;
  }

  /// The limit of [#loss].
  double limit() {
    return limit;
  }

  @Override
  public Answer answer(double[][] pi) {
    UnivariateFunction excess = logLambda -> loss(withLambda(pi, logLambda).f()) - limit;
    double low = Math.log(1e-6);
    double high = Math.log(1e6);
    if (excess.value(low) <= 0) {
      return withLambda(pi, low); // the constraint does not bind
    }
    try {
      return withLambda(pi, new BrentSolver(1e-4, 1e-6, 1e-9).solve(60, excess, low, high));
    } catch (NoBracketingException e) {
      return withLambda(pi, high); // the box alone explains the data no better
    }
  }

  private Answer withLambda(double[][] pi, double logLambda) {
    return new TabularCritic(data, mu, Math.exp(logLambda), low, high, 0, 1e-9).answer(pi);
  }
}
