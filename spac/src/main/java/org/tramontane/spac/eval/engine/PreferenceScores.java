package org.tramontane.spac.eval.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Sample;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.PrefixScorer;
import org.tramontane.transformer.Scorer;

/// How a model stands to preferences, pair by pair.
///
/// By itself: `accuracy`, the share of pairs whose preferred response is the likelier one, and `accuracy_norm`, the
/// likelier one per token. Against a reference, with the implicit reward `r(y) = beta (log pi(y|x) - log pi_ref(y|x))` of
/// Rafailov et al. 2023 (arXiv 2305.18290) and TRL's names: `rewards/accuracies`, the win rate of the preferred response
/// by implicit reward, and `rewards/margins`, the mean of `r(y+) - r(y-)`. A tie counts half.
public final class PreferenceScores {
  /// The name that pairs are logged under.
  public static final String NAME = "preference";

  /// Pairs that are scored together.
  private static final int BATCH = 16;

  private PreferenceScores() {}

  /// Scores the pairs that `log` does not have yet, and sums up all.
  ///
  /// @param reference null for the figures that need none
  /// @param beta of the implicit reward
  public static List<Score> run(
      MistralModel model,
      @Nullable MistralModel reference,
      double beta,
      List<PreferenceExample> pairs,
      ItemLog log,
      EvalObserver observer) {
    observer.onTask(NAME, pairs.size());
    long begin = System.nanoTime();
    try (PrefixScorer policy = new PrefixScorer(model);
        PrefixScorer frozen = new PrefixScorer(reference == null ? model : reference)) {
      for (int from = 0; from < pairs.size(); from += BATCH) {
        int to = Math.min(pairs.size(), from + BATCH);
        List<PreferenceExample> batch = pairs.subList(from, to);
        List<ItemResult> results = new ArrayList<>();
        boolean open = false;
        for (int i = from; i < to; i++) {
          open |= log.find(NAME, i).isEmpty();
        }
        if (open) {
          double[] own = logProbs(policy, batch);
          double[] theirs = reference == null ? new double[0] : logProbs(frozen, batch);
          for (int i = from; i < to; i++) {
            if (log.find(NAME, i).isEmpty()) {
              results.add(result(i, batch.get(i - from), i - from, own, theirs, beta));
            }
          }
          log.append(results);
        }
        long rows = policy.rows() + frozen.rows();
        observer.onBatch(
            NAME,
            to,
            pairs.size(),
            (double) to / pairs.size(),
            new Throughput(
                2L * to,
                rows,
                policy.unsharedRows() + frozen.unsharedRows(),
                (System.nanoTime() - begin) * 1e-9));
      }
    }
    return scores(pairs.size(), log);
  }

  private static double[] logProbs(PrefixScorer scorer, List<PreferenceExample> batch) {
    return scorer
        .tokenLogProbs(batch.stream().flatMap(p -> p.withoutSelf().completions().stream()).toList())
        .stream()
        .mapToDouble(Scorer::sum)
        .toArray();
  }

  private static ItemResult result(
      int docId, PreferenceExample pair, int at, double[] own, double[] theirs, double beta) {
    double chosen = own[2 * at];
    double rejected = own[2 * at + 1];
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", wins(chosen, rejected));
    metrics.put(
        "accuracy_norm",
        wins(
            chosen / pair.chosen().responseIds().length,
            rejected / pair.rejected().responseIds().length));
    List<Response> responses = new ArrayList<>();
    responses.add(new Response.LogProb(chosen));
    responses.add(new Response.LogProb(rejected));
    if (theirs.length > 0) {
      double winner = beta * (chosen - theirs[2 * at]);
      double loser = beta * (rejected - theirs[2 * at + 1]);
      metrics.put("rewards/accuracies", wins(winner, loser));
      metrics.put("rewards/margins", winner - loser);
      metrics.put("rewards/chosen", winner);
      metrics.put("rewards/rejected", loser);
      responses.add(new Response.LogProb(theirs[2 * at]));
      responses.add(new Response.LogProb(theirs[2 * at + 1]));
    }
    return new ItemResult(NAME, docId, responses, metrics);
  }

  private static double wins(double first, double second) {
    return (1 + Math.signum(first - second)) / 2;
  }

  private static List<Score> scores(int pairs, ItemLog log) {
    List<Score> scores = new ArrayList<>();
    for (String metric : log.find(NAME, 0).orElseThrow().metrics().sequencedKeySet()) {
      double[] values = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        values[i] = log.find(NAME, i).orElseThrow().metrics().getOrDefault(metric, Double.NaN);
      }
      scores.add(
          new Score(NAME, "Preferences", metric, 0, Estimate.of(Sample.of(values)), List.of()));
    }
    return scores;
  }
}
