package org.tramontane.spac.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A sentence of WinoGrande with a gap, by partial evaluation: each option is put into the gap, and the end of the
/// sentence is scored after it (Trinh and Le 2018, arXiv 1806.02847).
///
/// @param before the sentence up to the gap
/// @param options two
/// @param after the sentence from the gap on, without white space around it
/// @param gold the right option's index
public record PronounDoc(String before, List<String> options, String after, int gold)
    implements Doc {
  /// Checks that `gold` is one of the options.
  public PronounDoc {
    options = List.copyOf(options);
    if (gold < 0 || gold >= options.size()) {
      throw new IllegalArgumentException(
          "gold = " + gold + "; allowed: 0 to " + (options.size() - 1));
    }
  }

  /// The sentence's beginning with the right option.
  @Override
  public String text() {
    return before + options.get(gold);
  }

  @Override
  public String target() {
    return " " + after;
  }

  /// The contexts differ, the continuation is the same.
  @Override
  public List<Request> requests(String examples, Protocol protocol) {
    return options.stream()
        .<Request>map(option -> new Request.LogLikelihood(examples + before + option, target()))
        .toList();
  }

  /// `acc`: the sentence's end is more likely after the right option.
  @Override
  public SequencedMap<String, Double> score(List<Response> responses) {
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("acc", Choices.argmax(Choices.logProbs(responses)) == gold ? 1.0 : 0.0);
    return metrics;
  }
}
