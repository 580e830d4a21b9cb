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
    List<ScoredCompletion> scored = ScoredCompletion.score(reference, completions(examples));
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
    List<FrozenResponse> frozen = score(reference, examples);
    List<ScoredCompletion> scored = ScoredCompletion.score(reference, mismatched);
    List<FrozenResponse> complete = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      FrozenResponse response = frozen.get(i);
      complete.add(new FrozenResponse(response.desirable(), response.response(), scored.get(i)));
    }
    return complete;
  }

  private static List<Completion> completions(List<LabelledCompletion> examples) {
    return examples.stream().map(LabelledCompletion::completion).toList();
  }
}
