package org.tramontane.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tramontane.tensor.UserError;

/// Log-probabilities of completions under a model, computed in packed batches of similar lengths.
///
/// The order of the results is that of the completions. A completion's figures do not depend on what else is scored with
/// it, as far as the backend's kernels give a row the same bits whatever rows are beside it; matrix products may differ
/// in the last bits between batches of different sizes.
///
/// For one thread at a time.
public final class Scorer implements AutoCloseable {
  /// Tokens of a batch unless the caller says otherwise.
  public static final int DEFAULT_TOKEN_BUDGET = 4096;

  private final MistralModel model;
  private final InferencePass pass;
  private final int tokenBudget;

  /// A scorer with batches of up to [#DEFAULT_TOKEN_BUDGET] tokens.
  public Scorer(MistralModel model) {
    this(model, DEFAULT_TOKEN_BUDGET);
  }

  /// A scorer that packs completions into batches of up to `tokenBudget` tokens; a longer one makes a batch of its own.
  public Scorer(MistralModel model, int tokenBudget) {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException("tokenBudget = " + tokenBudget + "; allowed: 1 or more");
    }
    this.model = model;
    this.pass = new InferencePass(model);
    this.tokenBudget = tokenBudget;
  }

  /// For each completion, in the order given, the log-probability of each response token.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long, or if the model and its largest batch
  ///     have no room on the backend's device; then nothing was sent there
  public List<float[]> tokenLogProbs(List<Completion> completions) {
    float[][] results = new float[completions.size()][];
    List<int[]> batches = batches(completions, tokenBudget);
    requireRoom(completions, batches);
    for (int[] batch : batches) {
      List<float[]> scored = score(completions, batch);
      for (int i = 0; i < batch.length; i++) {
        results[batch[i]] = scored.get(i);
      }
    }
    return Arrays.asList(results);
  }

  /// The numbers of the completions that are computed together: longest first, in batches of up to `tokenBudget` tokens; a
  /// longer one makes a batch of its own.
  static List<int[]> batches(List<Completion> completions, int tokenBudget) {
    int[] longestFirst =
        IntStream.range(0, completions.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -completions.get(i).length()))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < longestFirst.length) {
      int to = from;
      int tokens = 0;
      while (to < longestFirst.length
          && (to == from || tokens + completions.get(longestFirst[to]).length() <= tokenBudget)) {
        tokens += completions.get(longestFirst[to++]).length();
      }
      batches.add(Arrays.copyOfRange(longestFirst, from, to));
      from = to;
    }
    return batches;
  }

  private void requireRoom(List<Completion> completions, List<int[]> batches) {
    if (completions.isEmpty()) {
      return;
    }
    int tokens = 0;
    int rows = 0;
    for (int[] batch : batches) {
      tokens = Math.max(tokens, Arrays.stream(batch).map(i -> completions.get(i).length()).sum());
      rows =
          Math.max(
              rows, Arrays.stream(batch).map(i -> completions.get(i).responseIds().length).sum());
    }
    int longest = completions.stream().mapToInt(Completion::length).max().orElseThrow();
    DeviceRoom.requireScoring(model, tokens, rows, longest, 0);
  }

  private List<float[]> score(List<Completion> completions, int[] numbers) {
    return score(CompletionBatch.of(Arrays.stream(numbers).mapToObj(completions::get).toList()));
  }

  private List<float[]> score(CompletionBatch batch) {
    float[] logProbs = pass.logProbs(batch.tokens(), batch.rows());
    return IntStream.range(0, batch.count()).mapToObj(b -> batch.slice(logProbs, b)).toList();
  }

  /// For each completion, in the order given, `log pi(y|x)`: the sum over its response tokens, in F64.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long
  public double[] logProbs(List<Completion> completions) {
    return tokenLogProbs(completions).stream().mapToDouble(Scorer::sum).toArray();
  }

  /// As above.
  ///
  /// @param afterBatch is called after each batch; what it throws ends this
  public double[] logProbs(List<Completion> completions, Runnable afterBatch) {
    double[] sums = new double[completions.size()];
    Arrays.fill(sums, Double.NaN);
    logProbs(completions, sums, afterBatch);
    return sums;
  }

  /// Fills in those of [#logProbs(List)] that are not known yet.
  ///
  /// @param sums NaN where nothing is known; batches of which all is known are left out, the others computed as
  ///     [#logProbs(List)] computes them
  /// @param afterBatch is called after each batch; if it throws, what is in `sums` stays good
  /// @throws UserError if an id is not in the vocabulary or a completion too long
  public void logProbs(List<Completion> completions, double[] sums, Runnable afterBatch) {
    List<int[]> batches = batches(completions, tokenBudget);
    requireRoom(completions, batches);
    for (int[] batch : batches) {
      if (Arrays.stream(batch).anyMatch(i -> Double.isNaN(sums[i]))) {
        List<float[]> scored = score(completions, batch);
        for (int i = 0; i < batch.length; i++) {
          sums[batch[i]] = sum(scored.get(i));
        }
        afterBatch.run();
      }
    }
  }

  /// The sum of log-probabilities, in F64.
  public static double sum(float[] logProbs) {
    double sum = 0;
    for (float value : logProbs) {
      sum += value;
    }
    return sum;
  }

  @Override
  public void close() {
    pass.close();
  }
}
