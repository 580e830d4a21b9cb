package org.tramontane.transformer;

import java.util.List;
import org.tramontane.tensor.UserError;

/// Log-probabilities of completions under a model.
public final class Scorer implements AutoCloseable {
  private final InferencePass pass;
  private final int tokenBudget;

  /// A scorer that packs completions into batches of up to `tokenBudget` tokens; a longer one makes a batch of its own.
  public Scorer(MistralModel model, int tokenBudget) {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException("tokenBudget = " + tokenBudget + "; allowed: 1 or more");
    }
    this.pass = new InferencePass(model);
    this.tokenBudget = tokenBudget;
  }

  /// For each completion, in the order given, the log-probability of each response token.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long
  public List<float[]> tokenLogProbs(List<Completion> completions) {
    if (tokenBudget > 0) {
      throw new UnsupportedOperationException("follows");
    }
    return completions.stream().map(c -> new float[0]).toList();
  }

  /// For each completion, in the order given, `log pi(y|x)`: the sum over its response tokens.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long
  public double[] logProbs(List<Completion> completions) {
    return tokenLogProbs(completions).stream().mapToDouble(Scorer::sum).toArray();
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Override
  public void close() {
    pass.close();
  }
}
