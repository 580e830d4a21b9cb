package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.CompletionBatch;

/// The responses of some preference examples as one batch: y+, y- and maybe y' of each, in this order.
///
/// @param completions what goes into the model
/// @param width responses per example, 2 or 3
/// @param chosenOffsets where y+ begins among the rows of example i's chosen completion: 0, or the number of prompt
///     tokens that the model is asked for as well
@SuppressWarnings("ArrayRecordComponent") // nobody compares batches
record PairBatch(CompletionBatch completions, int width, int[] chosenOffsets) {

  /// Packs examples, which all have y' or all have none.
  ///
  /// @param wholeChosen whether log-probabilities of the chosen sequences' prompts are asked for as well
  static PairBatch of(List<FrozenExample> members, boolean wholeChosen) {
    List<Completion> completions = new ArrayList<>();
    int[] chosenOffsets = new int[members.size()];
    for (int i = 0; i < members.size(); i++) {
      PreferenceExample example = members.get(i).example();
      Completion chosen = example.chosen();
      completions.addAll(example.completions());
      if (wholeChosen) {
        completions.set(completions.size() - example.completions().size(), chosen.afterFirst());
        chosenOffsets[i] = chosen.promptIds().length - 1;
      }
    }
    return new PairBatch(
        CompletionBatch.of(completions), completions.size() / members.size(), chosenOffsets);
  }

  /// `log pi(y|x)` of the responses of example `i`.
  ///
  /// @param logProbs one per row of [#completions]
  SequenceLogProbs sums(float[] logProbs, int i) {
    return new SequenceLogProbs(
        sum(logProbs, i, 0), sum(logProbs, i, 1), width == 3 ? sum(logProbs, i, 2) : 0);
  }

  private double sum(float[] logProbs, int i, int response) {
    double sum = 0;
    for (int row = first(i, response); row < end(i, response); row++) {
      sum += logProbs[row];
    }
    return sum;
  }

  /// The derivative of [#sums]: each row of a response takes its sum's gradient.
  ///
  /// @param gradients with respect to the sums, one per example
  float[] spread(SequenceLogProbs[] gradients) {
    float[] dLogProbs = new float[completions.rows().length];
    for (int i = 0; i < gradients.length; i++) {
      SequenceLogProbs gradient = gradients[i];
      for (int response = 0; response < width; response++) {
        double value =
            switch (response) {
              case 0 -> gradient.chosen();
              case 1 -> gradient.rejected();
              default -> gradient.self();
            };
        for (int row = first(i, response); row < end(i, response); row++) {
          dLogProbs[row] = (float) value;
        }
      }
    }
    return dLogProbs;
  }

  /// The log-probabilities of example `i`'s chosen sequence, of all tokens that were asked for.
  float[] chosenSequence(float[] logProbs, int i) {
    return completions.slice(logProbs, i * width);
  }

  /// Adds `weight * gradient` to the derivative with respect to [#chosenSequence].
  void addToChosenSequence(float[] dLogProbs, int i, float[] gradient, double weight) {
    int begin = completions.offsets()[i * width];
    for (int k = 0; k < gradient.length; k++) {
      dLogProbs[begin + k] += (float) (weight * gradient[k]);
    }
  }

  private int first(int i, int response) {
    int begin = completions.offsets()[i * width + response];
    return response == 0 ? begin + chosenOffsets[i] : begin;
  }

  private int end(int i, int response) {
    return completions.offsets()[i * width + response + 1];
  }
}
