package org.tramontane.transformer;

import java.util.Arrays;
import java.util.List;
import org.tramontane.tensor.Sequences;
import org.tramontane.tensor.UserError;

/// Token sequences of any lengths, packed one after the other without padding.
///
/// @param ids the tokens of all sequences, T in all; not copied
/// @param sequences where each sequence begins and ends
// Token ids stay primitive arrays; nobody compares them by value.
@SuppressWarnings("ArrayRecordComponent")
public record TokenBatch(int[] ids, Sequences sequences) {

  /// Checks that there are as many ids as rows.
  public TokenBatch {
    if (ids.length != sequences.tokens()) {
      throw new IllegalArgumentException(
          ids.length + " ids for sequences of " + sequences.tokens() + " tokens in all");
    }
  }

  /// The given sequences in this order, each with at least one token.
  public static TokenBatch of(List<int[]> sequences) {
    int[] lengths = sequences.stream().mapToInt(ids -> ids.length).toArray();
    Sequences layout = Sequences.ofLengths(lengths);
    int[] packed = new int[layout.tokens()];
    for (int b = 0; b < layout.count(); b++) {
      System.arraycopy(sequences.get(b), 0, packed, layout.offset(b), layout.length(b));
    }
    return new TokenBatch(packed, layout);
  }

  /// One sequence.
  public static TokenBatch of(int... ids) {
    return of(List.of(ids));
  }

  /// The number of tokens in all sequences, T.
  public int tokens() {
    return ids.length;
  }

  /// The tokens of sequence `b`.
  public int[] sequence(int b) {
    return Arrays.copyOfRange(ids, sequences.offset(b), sequences.offset(b + 1));
  }

  /// Every row that predicts a token, in order: all but the last of each sequence.
  public int[] predictingRows() {
    int[] rows = new int[tokens() - sequences.count()];
    int n = 0;
    for (int b = 0; b < sequences.count(); b++) {
      for (int row = sequences.offset(b); row < sequences.offset(b + 1) - 1; row++) {
        rows[n++] = row;
      }
    }
    return rows;
  }

  /// The last row of each sequence, in order.
  public int[] lastRows() {
    int[] rows = new int[sequences.count()];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = sequences.offset(b + 1) - 1;
    }
    return rows;
  }

  /// The tokens that `rows` predict: `ids[row + 1]` each.
  ///
  /// @param rows strictly ascending, none the last of its sequence
  /// @throws IllegalArgumentException if they are not
  public int[] targets(int[] rows) {
    int[] targets = new int[rows.length];
    int b = 0;
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      if (row < 0 || row >= tokens() || (i > 0 && row <= rows[i - 1])) {
        throw new IllegalArgumentException(
            "rows[" + i + "] = " + row + "; allowed: strictly ascending, below " + tokens());
      }
      while (row >= sequences.offset(b + 1)) {
        b++;
      }
      if (row == sequences.offset(b + 1) - 1) {
        throw new IllegalArgumentException(
            "rows[" + i + "] = " + row + " is the last of sequence " + b + " and predicts nothing");
      }
      targets[i] = ids[row + 1];
    }
    return targets;
  }

  /// Checks that a model can read the batch.
  ///
  /// @throws UserError if an id is not in the model's vocabulary or a sequence is longer than the model takes
  public void requireFits(MistralConfig config) {
    requireFits(ids, sequences.longest(), config);
  }

  /// Checks that a model can read tokens in sequences of up to `longest`.
  static void requireFits(int[] ids, int longest, MistralConfig config) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new UserError(
            "token id "
                + id
                + " is outside of the model's vocabulary of "
                + config.vocabSize()
                + "; the tokenizer does not fit the model");
      }
    }
    if (longest > config.maxPositionEmbeddings()) {
      throw new UserError(
          "a sequence of "
              + longest
              + " tokens is longer than the model takes; max_position_embeddings = "
              + config.maxPositionEmbeddings());
    }
  }
}
