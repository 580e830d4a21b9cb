package org.tramontane.transformer;

import java.util.Arrays;
import java.util.List;

/// Completions packed into one batch, with the rows that predict their response tokens.
///
/// The response token at position p of a sequence is predicted by its row p - 1.
///
/// @param tokens prompts and responses
/// @param rows the rows that predict response tokens, N in all, strictly ascending
/// @param offsets completion b owns entries `offsets[b]` to `offsets[b + 1]` of `rows`
// Token ids stay primitive arrays; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record CompletionBatch(TokenBatch tokens, int[] rows, int[] offsets) {

  /// Packs completions in this order.
  public static CompletionBatch of(List<Completion> completions) {
    TokenBatch tokens = TokenBatch.of(completions.stream().map(Completion::ids).toList());
    int[] offsets = new int[completions.size() + 1];
    for (int b = 0; b < completions.size(); b++) {
      offsets[b + 1] = offsets[b] + completions.get(b).responseIds().length;
    }
    int[] rows = new int[offsets[completions.size()]];
    for (int b = 0; b < completions.size(); b++) {
      int first = tokens.sequences().offset(b) + completions.get(b).promptIds().length - 1;
      for (int i = offsets[b]; i < offsets[b + 1]; i++) {
        rows[i] = first + i - offsets[b];
      }
    }
    return new CompletionBatch(tokens, rows, offsets);
  }

  /// The number of completions.
  public int count() {
    return offsets.length - 1;
  }

  /// The number of response tokens of completion `b`.
  public int responseLength(int b) {
    return offsets[b + 1] - offsets[b];
  }

  /// The entries of `perRow` that belong to completion `b`.
  public float[] slice(float[] perRow, int b) {
    return Arrays.copyOfRange(perRow, offsets[b], offsets[b + 1]);
  }

  /// `log pi(y|x)` per completion: the sums over its response tokens, in F64.
  ///
  /// @param logProbs one per row
  public double[] sums(float[] logProbs) {
    double[] sums = new double[count()];
    for (int b = 0; b < count(); b++) {
      for (int i = offsets[b]; i < offsets[b + 1]; i++) {
        sums[b] += logProbs[i];
      }
    }
    return sums;
  }

  /// The derivative of [#sums]: each row takes its completion's gradient.
  ///
  /// @param dSums one per completion
  public float[] spread(double[] dSums) {
    float[] dLogProbs = new float[rows.length];
    for (int b = 0; b < count(); b++) {
      Arrays.fill(dLogProbs, offsets[b], offsets[b + 1], (float) dSums[b]);
    }
    return dLogProbs;
  }
}
