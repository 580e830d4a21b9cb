package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.GenerationOptions;
import org.tramontane.transformer.Generator;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.Scorer;

/// A Monte Carlo estimate of `KL(pi || pi_ref) = E[log pi(y|x) - log pi_ref(y|x)]` over y drawn from pi, per response
/// in nats.
///
/// Responses are drawn at temperature 1 and end at `maxNewTokens`, so it is the divergence of their beginnings. A
/// single estimate may be below 0; the divergence itself is not.
///
/// @param kl mean over the responses
/// @param standardError of that mean; 0 for a single response
/// @param responses what was drawn, one per prompt
public record ReferenceDivergence(double kl, double standardError, List<int[]> responses) {

  /// Draws a response to each prompt and scores it under both models.
  ///
  /// @param prompts one or more
  /// @param maxNewTokens per response
  /// @param seed of the draw
  public static ReferenceDivergence measure(
      MistralModel policy,
      MistralModel reference,
      List<int[]> prompts,
      int maxNewTokens,
      long seed) {
    return measure(policy, List.of(reference), prompts, maxNewTokens, seed, () -> {}).getFirst();
  }

  /// Draws a response to each prompt and scores it under the policy and each of several models.
  ///
  /// @param prompts one or more
  /// @param maxNewTokens per response
  /// @param seed of the draw
  /// @param poll is called after each token and each batch; what it throws ends this
  /// @return the divergence from each of `references`
  static List<ReferenceDivergence> measure(
      MistralModel policy,
      List<MistralModel> references,
      List<int[]> prompts,
      int maxNewTokens,
      long seed,
      Runnable poll) {
    List<int[]> responses =
        new Generator(policy)
            .generate(
                prompts,
                GenerationOptions.of(policy.config(), maxNewTokens),
                new Sampler.Sampling(1, 0, 1, 0, seed),
                (sequence, id) -> poll.run());
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      completions.add(new Completion(prompts.get(i), responses.get(i)));
    }
    double[] now = logProbs(policy, completions, poll);
    return references.stream()
        .map(reference -> of(now, logProbs(reference, completions, poll), responses))
        .toList();
  }

  private static ReferenceDivergence of(double[] now, double[] then, List<int[]> responses) {
    int n = now.length;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (now[i] - then[i]) / n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double apart = now[i] - then[i] - mean;
      squares += apart * apart;
    }
    double error = n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0;
    return new ReferenceDivergence(mean, error, responses);
  }

  private static double[] logProbs(
      MistralModel model, List<Completion> completions, Runnable poll) {
    try (Scorer scorer = new Scorer(model)) {
      return scorer.logProbs(completions, poll);
    }
  }
}
