package org.tramontane.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tramontane.tensor.UserError;

/// Log-probabilities of completions that begin alike, such as the choices of one question after its prompt: what several
/// of them share is computed once.
///
/// Where [Scorer] makes batches by itself, here the caller says what is computed together. The figures are those of
/// [Scorer]. They don't depend on what else is in the batch, as far as the backend's kernels give a row the same bits
/// whatever rows are beside it.
///
/// For one thread at a time.
public final class PrefixScorer implements AutoCloseable {
  private final MistralModel model;
  private final InferencePass pass;
  private final boolean share;
  private long rows;
  private long unsharedRows;

  /// A scorer that shares what can be shared.
  public PrefixScorer(MistralModel model) {
    this(model, true);
  }

  /// A scorer.
  ///
  /// @param share false computes each completion on its own, to measure what sharing saves
  public PrefixScorer(MistralModel model, boolean share) {
    this.model = model;
    this.pass = new InferencePass(model);
    this.share = share;
  }

  /// For each completion, in the order given, the log-probability of each response token; all in one pass.
  ///
  /// The last token of a completion predicts nothing here and is not computed, so a completion may be one token longer
  /// than the model's `max_position_embeddings`.
  ///
  /// @throws UserError if an id is not in the vocabulary or a completion too long, or if there is no room for the model and
  ///     this pass on the backend's device; then nothing was sent there
  public List<float[]> tokenLogProbs(List<Completion> completions) {
    if (completions.isEmpty()) {
      return List.of();
    }
    List<int[]> inputs = new ArrayList<>();
    int targets = 0;
    for (Completion completion : completions) {
      inputs.add(Arrays.copyOf(completion.ids(), completion.length() - 1));
      targets += completion.responseIds().length;
      unsharedRows += completion.length() - 1;
    }
    PrefixTree tree = PrefixTree.of(inputs, share);
    DeviceRoom.requireScoring(
        model,
        tree.ids().length,
        targets,
        tree.paths().longest(),
        tree.isPlain() ? 0 : tree.paths().tokens());
    rows += tree.ids().length;
    int[] predicting = new int[targets];
    int[] predicted = new int[targets];
    int next = 0;
    for (int i = 0; i < completions.size(); i++) {
      int[] response = completions.get(i).responseIds();
      int before = completions.get(i).promptIds().length - 1;
      for (int t = 0; t < response.length; t++) {
        predicting[next] = tree.row(i, before + t);
        predicted[next++] = response[t];
      }
    }
    float[] logProbs = pass.logProbs(tree, predicting, predicted);
    List<float[]> results = new ArrayList<>();
    int from = 0;
    for (Completion completion : completions) {
      int to = from + completion.responseIds().length;
      results.add(Arrays.copyOfRange(logProbs, from, to));
      from = to;
    }
    return results;
  }

  /// How many rows, tokens after one history each, were computed so far.
  public long rows() {
    return rows;
  }

  /// How many rows it would have been with each completion on its own.
  public long unsharedRows() {
    return unsharedRows;
  }

  @Override
  public void close() {
    pass.close();
  }
}
