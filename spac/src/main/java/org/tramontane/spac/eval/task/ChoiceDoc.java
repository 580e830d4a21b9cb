package org.tramontane.spac.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A question with choices of which one is right: ARC, HellaSwag and MMLU.
///
/// @param text the question; of MMLU with its lettered choices
/// @param choices what the model is asked to rank, without the space before them
/// @param gold the right one's index
public record ChoiceDoc(String text, List<String> choices, int gold) implements Doc {
  /// Checks that `gold` is one of the choices.
  public ChoiceDoc {
    choices = List.copyOf(choices);
    if (gold < 0 || gold >= choices.size()) {
      throw new IllegalArgumentException(
          "gold = " + gold + "; allowed: 0 to " + (choices.size() - 1));
    }
  }

  @Override
  public String target() {
    return " " + choices.get(gold);
  }

  @Override
  public List<Request> requests(String examples, Protocol protocol) {
    String context = examples + text;
    return choices.stream()
        .<Request>map(choice -> new Request.LogLikelihood(context, " " + choice))
        .toList();
  }

  /// `acc`: the most likely choice is right. `acc_norm`: the most likely one per character is.
  @Override
  public SequencedMap<String, Double> score(List<Response> responses) {
    double[] logProbs = Choices.logProbs(responses);
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("acc", Choices.argmax(logProbs) == gold ? 1.0 : 0.0);
    metrics.put(
        "acc_norm", Choices.argmax(Choices.perCharacter(logProbs, choices)) == gold ? 1.0 : 0.0);
    return metrics;
  }
}
