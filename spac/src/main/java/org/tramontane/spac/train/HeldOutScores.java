package org.tramontane.spac.train;

import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.spac.loss.ResponseLengths;
import org.tramontane.spac.loss.SequenceLogProbs;

/// What two models say of held-out pairs, pair by pair: the one that training started from, and the policy of the moment.
///
/// @param start log-probabilities under the start, sums over tokens in nats
/// @param policy log-probabilities under the policy
/// @param lengths how many tokens the responses have
public record HeldOutScores(
    List<SequenceLogProbs> start, List<SequenceLogProbs> policy, List<ResponseLengths> lengths) {

  /// Takes copies of the lists.
  ///
  /// @throws IllegalArgumentException if there is no pair, or a list is shorter than another
  public HeldOutScores {
    start = List.copyOf(start);
    policy = List.copyOf(policy);
    lengths = List.copyOf(lengths);
    if (start.isEmpty() || start.size() != policy.size() || start.size() != lengths.size()) {
      throw new IllegalArgumentException(
          "scores of %d, %d and %d pairs; allowed: equal numbers, 1 or more"
              .formatted(start.size(), policy.size(), lengths.size()));
    }
  }

  /// `rho` of each pair.
  public List<SequenceLogProbs> logRatios() {
    return IntStream.range(0, policy.size())
        .mapToObj(i -> policy.get(i).logRatios(start.get(i)))
        .toList();
  }

  /// The means over the pairs.
  public Evaluation summary() {
    double accuracy = 0;
    double chosen = 0;
    double rejected = 0;
    double drift = 0;
    double prefers = 0;
    double prefersPerToken = 0;
    double chosenPerToken = 0;
    double rejectedPerToken = 0;
    List<SequenceLogProbs> ratios = logRatios();
    int n = ratios.size();
    for (int i = 0; i < n; i++) {
      SequenceLogProbs rho = ratios.get(i);
      accuracy += share(rho.chosen(), rho.rejected());
      chosen += rho.chosen();
      rejected += rho.rejected();
      drift += (Math.abs(rho.chosen()) + Math.abs(rho.rejected())) / 2;
      SequenceLogProbs now = policy.get(i);
      double chosenMean = now.chosen() / lengths.get(i).chosen();
      double rejectedMean = now.rejected() / lengths.get(i).rejected();
      prefers += share(now.chosen(), now.rejected());
      prefersPerToken += share(chosenMean, rejectedMean);
      chosenPerToken += chosenMean;
      rejectedPerToken += rejectedMean;
    }
    return new Evaluation(
        n,
        accuracy / n,
        (chosen - rejected) / n,
        chosen / n,
        rejected / n,
        drift / n,
        prefers / n,
        prefersPerToken / n,
        chosenPerToken / n,
        rejectedPerToken / n);
  }

  /// 1 where the first is greater, 0 where the second is, 1/2 for a tie.
  private static double share(double first, double second) {
    return (1 + Math.signum(first - second)) / 2;
  }
}
