package org.tramontane.spac.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.data.LabelledCompletion;
import org.tramontane.transformer.Completion;
import org.tramontane.transformer.MistralModel;

/// A labelled response with what the reference says of it; computed once.
///
/// @param desirable the label
/// @param response x and y
/// @param mismatched x and a response to another prompt, by which KTO estimates how far the policy is from the
///     reference; null where the loss does not ask for it
public record FrozenResponse(
    boolean desirable, ScoredCompletion response, @Nullable ScoredCompletion mismatched) {

  /// Scores responses.
  public static List<FrozenResponse> score(
      MistralModel reference, List<LabelledCompletion> examples) {
    return with(examples, ScoredCompletion.score(reference, completions(examples)));
  }

  /// Scores responses, as far as that was not done before.
  ///
  /// @param part the name under which the log-probabilities are kept
  static List<FrozenResponse> score(
      FrozenLogProbs logProbs,
      String part,
      MistralModel reference,
      List<LabelledCompletion> examples) {
    List<Completion> completions = completions(examples);
    return with(
        examples, ScoredCompletion.with(completions, logProbs.of(part, reference, completions)));
  }

  private static List<FrozenResponse> with(
      List<LabelledCompletion> examples, List<ScoredCompletion> scored) {
    List<FrozenResponse> frozen = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      frozen.add(new FrozenResponse(examples.get(i).desirable(), scored.get(i), null));
    }
    return frozen;
  }

  /// Scores responses and mismatched pairs. Within each group of `group` examples in a row (one optimiser step), a
  /// prompt is paired with the response of the example before it, the first one with the last one's. A group of one has
  /// only its own pair.
  ///
  /// @param maxLength tokens of a mismatched pair at most; a longer one loses its response's end
  public static List<FrozenResponse> scoreWithMismatched(
      MistralModel reference, List<LabelledCompletion> examples, int group, int maxLength) {
    return withMismatched(
        score(reference, examples),
        ScoredCompletion.score(reference, mismatched(examples, group, maxLength)));
  }

  /// As above, as far as that was not done before.
  ///
  /// @param part the name under which the log-probabilities of responses are kept
  /// @param mismatchedPart the name under which those of mismatched pairs are kept
  static List<FrozenResponse> scoreWithMismatched(
      FrozenLogProbs logProbs,
      String part,
      String mismatchedPart,
      MistralModel reference,
      List<LabelledCompletion> examples,
      int group,
      int maxLength) {
    List<FrozenResponse> frozen = score(logProbs, part, reference, examples);
    List<Completion> mismatched = mismatched(examples, group, maxLength);
    return withMismatched(
        frozen,
        ScoredCompletion.with(mismatched, logProbs.of(mismatchedPart, reference, mismatched)));
  }

  private static List<Completion> mismatched(
      List<LabelledCompletion> examples, int group, int maxLength) {
    List<Completion> mismatched = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      int first = i - i % group;
      int last = Math.min(first + group, examples.size()) - 1;
      int[] prompt = examples.get(i).completion().promptIds();
      int[] other = examples.get(i == first ? last : i - 1).completion().responseIds();
      int room = Math.max(1, maxLength - prompt.length);
      mismatched.add(
          new Completion(prompt, other.length <= room ? other : Arrays.copyOf(other, room)));
    }
    return mismatched;
  }

  private static List<FrozenResponse> withMismatched(
      List<FrozenResponse> frozen, List<ScoredCompletion> mismatched) {
    List<FrozenResponse> complete = new ArrayList<>();
    for (int i = 0; i < frozen.size(); i++) {
      FrozenResponse response = frozen.get(i);
      complete.add(
          new FrozenResponse(response.desirable(), response.response(), mismatched.get(i)));
    }
    return complete;
  }

  private static List<Completion> completions(List<LabelledCompletion> examples) {
    return examples.stream().map(LabelledCompletion::completion).toList();
  }
}
