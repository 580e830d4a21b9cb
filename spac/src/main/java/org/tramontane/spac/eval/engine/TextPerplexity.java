package org.tramontane.spac.eval.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;
import org.tramontane.spac.eval.python.PythonText;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Interval;
import org.tramontane.spac.eval.stats.Sample;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.Response;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.PrefixScorer;
import org.tramontane.transformer.Scorer;

/// How well a model predicts a text: `exp(-log p(text) / n)` with n its tokens, words or bytes.
///
/// Figures per token depend on the tokenizer; those per word and per byte don't. Items are the windows that the text is
/// cut into, in its order; each has the metric `nll`, nats per token.
public final class TextPerplexity {
  /// The name that windows are logged under.
  public static final String NAME = "perplexity";

  private TextPerplexity() {}

  /// Scores the windows that `log` does not have yet, and sums up all.
  ///
  /// @param text the text
  /// @param ids its tokens, without BOS
  /// @param firstToken stands before them
  /// @param maxLength tokens that the model reads at most
  /// @return `perplexity` per token, `word_perplexity`, `byte_perplexity` and `bits_per_byte`
  public static List<Score> run(
      MistralModel model,
      String text,
      int[] ids,
      int firstToken,
      int maxLength,
      ItemLog log,
      EvalObserver observer) {
    if (ids.length == 0) {
      throw new UserError("the text for perplexity is empty");
    }
    List<Completion> windows = Windows.of(ids, firstToken, maxLength);
    double[] nll = new double[windows.size()];
    long begin = System.nanoTime();
    observer.onTask(NAME, windows.size());
    try (PrefixScorer scorer = new PrefixScorer(model)) {
      for (int i = 0; i < nll.length; i++) {
        int tokens = windows.get(i).responseIds().length;
        if (log.find(NAME, i).isEmpty()) {
          double sum = Scorer.sum(scorer.tokenLogProbs(List.of(windows.get(i))).getFirst());
          SequencedMap<String, Double> metrics = new LinkedHashMap<>();
          metrics.put("nll", -sum / tokens);
          log.append(List.of(new ItemResult(NAME, i, List.of(new Response.LogProb(sum)), metrics)));
        }
        nll[i] = log.find(NAME, i).orElseThrow().metrics().getOrDefault("nll", Double.NaN) * tokens;
        Throughput so =
            new Throughput(
                i + 1L, scorer.rows(), scorer.rows(), (System.nanoTime() - begin) * 1e-9);
        observer.onBatch(NAME, i + 1, nll.length, (i + 1.0) / nll.length, so);
      }
    }
    double words = PythonText.strip(text).split("\\s+").length;
    double bytes = text.getBytes(StandardCharsets.UTF_8).length;
    List<Score> scores = new ArrayList<>();
    scores.add(score("nll", ids.length, nll, x -> x));
    scores.add(score("perplexity", ids.length, nll, Math::exp));
    scores.add(score("word_perplexity", words, nll, Math::exp));
    scores.add(score("byte_perplexity", bytes, nll, Math::exp));
    scores.add(score("bits_per_byte", bytes, nll, x -> x / Math.log(2)));
    return scores;
  }

  /// `f(sum nll / units)`, with the interval of resampled windows; the standard error is by the delta method.
  private static Score score(String metric, double units, double[] nll, DoubleUnaryOperator f) {
    Sample sample = Sample.of(nll);
    double perUnit = nll.length / units;
    double[] resampled = sample.bootstrap(Sample.RESAMPLES, 1234);
    for (int r = 0; r < resampled.length; r++) {
      resampled[r] = f.applyAsDouble(resampled[r] * perUnit);
    }
    double mean = sample.mean() * perUnit;
    double slope = (f.applyAsDouble(mean + 1e-6) - f.applyAsDouble(mean - 1e-6)) / 2e-6;
    return new Score(
        NAME,
        "Text",
        metric,
        0,
        new Estimate(
            f.applyAsDouble(mean),
            sample.standardError() * perUnit * slope,
            Interval.of(resampled),
            nll.length),
        List.of());
  }
}
