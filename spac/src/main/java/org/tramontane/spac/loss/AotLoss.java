package org.tramontane.spac.loss;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Alignment via Optimal Transport (Melnyk et al. 2024, arXiv 2406.05882): asks that the *distribution* of rewards of
/// chosen responses lies above that of rejected ones (first-order stochastic dominance), so that quantile is compared
/// with quantile, not each chosen response with its own rejected one.
///
/// Over all pairs of an optimiser step, with `s(z) = -log sigmoid(z)`, label smoothing e, and `sort` in ascending
/// order:
///
/// ```
/// paired     u = sort(log pi(y+|x) - log pi(y-|x)),   v = sort(log pi_ref(y+|x) - log pi_ref(y-|x))
/// unpaired   u = sort(rho(y+)),                       v = sort(rho(y-)),      rho(y) = log pi(y|x) - log pi_ref(y|x)
/// L          = mean over k of (1 - e) s(beta (u_k - v_k)) + e s(-beta (u_k - v_k))
/// ```
///
/// The order is a constant in the derivative, as it is in TRL; where two numbers are equal, the earlier example counts
/// as the smaller. Sums over tokens. TRL: `aot` and `aot_unpaired`, both on pairs. Golden: TRL's own figures, in the
/// tests.
///
/// @param paired whether the margins of pairs are compared, or the two kinds of responses
/// @param beta strength of the pull towards the reference, above 0
/// @param labelSmoothing e, at least 0 and below 0.5
public record AotLoss(boolean paired, double beta, double labelSmoothing) implements AlignmentLoss {
  /// Checks the ranges.
  public AotLoss {
    Ranges.above0("beta", beta);
    Ranges.labelSmoothing(labelSmoothing);
  }

  /// The loss of a step's examples.
  ///
  /// @param policy sums over tokens under pi, one per example
  /// @param frozen sums over tokens under the reference, one per example
  /// @return one per example: its quantile's loss (of its chosen response's, if unpaired), whose mean is L, and the
  ///     derivative of the *sum* of these losses with respect to its sums
  public List<LossTerms> at(List<SequenceLogProbs> policy, List<SequenceLogProbs> frozen) {
    int n = policy.size();
    List<SequenceLogProbs> rho =
        IntStream.range(0, n).mapToObj(i -> policy.get(i).logRatios(frozen.get(i))).toList();
    double[] losses = new double[n];
    double[] dChosen = new double[n];
    double[] dRejected = new double[n];
    int[] upper = paired ? order(policy, AotLoss::margin) : order(rho, SequenceLogProbs::chosen);
    int[] lower = paired ? order(frozen, AotLoss::margin) : order(rho, SequenceLogProbs::rejected);
    for (int k = 0; k < n; k++) {
      int i = upper[k];
      int j = lower[k];
      double gap =
          paired
              ? margin(policy.get(i)) - margin(frozen.get(j))
              : rho.get(i).chosen() - rho.get(j).rejected();
      double z = beta * gap;
      double e = labelSmoothing;
      losses[i] = (1 - e) * Logistic.negativeLogSigmoid(z) + e * Logistic.negativeLogSigmoid(-z);
      double slope =
          beta
              * ((1 - e) * Logistic.negativeLogSigmoidDerivative(z)
                  - e * Logistic.negativeLogSigmoidDerivative(-z));
      dChosen[i] = slope;
      // Paired, the policy's own margin moves both responses of one example; v is the reference's,
      // a constant.
      dRejected[paired ? i : j] = -slope;
    }
    List<LossTerms> terms = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      terms.add(LossTerms.ofPair(losses[i], dChosen[i], dRejected[i]));
    }
    return terms;
  }

  /// The metrics of one example under TRL's names, of sums over tokens.
  public SequencedMap<String, Double> metrics(SequenceLogProbs policy, SequenceLogProbs frozen) {
    return PairMetrics.of(policy, policy.logRatios(frozen).times(beta));
  }

  private static double margin(SequenceLogProbs y) {
    return y.chosen() - y.rejected();
  }

  /// The numbers of the examples, in ascending order of `key`.
  private static int[] order(
      List<SequenceLogProbs> values, ToDoubleFunction<SequenceLogProbs> key) {
    return IntStream.range(0, values.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> key.applyAsDouble(values.get(i))))
        .mapToInt(i -> i)
        .toArray();
  }

  @Override
  public double rewardScale() {
    return beta;
  }
}
