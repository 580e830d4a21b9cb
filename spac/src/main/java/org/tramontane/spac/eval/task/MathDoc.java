package org.tramontane.spac.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A word problem of GSM8K, answered by generation.
///
/// @param question as the file has it
/// @param answer the worked solution, which ends in `#### ` and the number
public record MathDoc(String question, String answer) implements Doc {
  private static final Pattern ANSWER = Pattern.compile("#### (-?[0-9.,]+)");

  /// The number after the first `#### ` in `text`, its commas removed.
  static Optional<String> number(String text) {
    Matcher matcher = ANSWER.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).replace(",", "")) : Optional.empty();
  }

  /// Checks that the answer has its number.
  public MathDoc {
    if (number(answer).isEmpty()) {
      throw new IllegalArgumentException("an answer without '#### ' and a number");
    }
  }

  @Override
  public String text() {
    return "Question: " + question + "\nAnswer:";
  }

  @Override
  public String target() {
    return " " + answer;
  }

  @Override
  public List<Request> requests(String examples, Protocol protocol) {
    return List.of(new Request.GreedyUntil(examples + text(), protocol.gsm8kStops()));
  }

  /// `acc`: both texts name the same number, compared as text.
  @Override
  public SequencedMap<String, Double> score(List<Response> responses) {
    String text =
        switch (responses.getFirst()) {
          case Response.Text(String value) -> value;
          case Response.LogProb number ->
              throw new IllegalArgumentException("not a text: " + number);
        };
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("acc", number(text).equals(number(answer)) ? 1.0 : 0.0);
    return metrics;
  }
}
