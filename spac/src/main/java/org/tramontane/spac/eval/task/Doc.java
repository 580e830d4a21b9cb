package org.tramontane.spac.eval.task;

import java.util.List;
import java.util.SequencedMap;

/// A document of a task: a question, how it is put to a model, and how the answers are scored.
public sealed interface Doc permits ChoiceDoc, TruthfulDoc, PronounDoc, MathDoc {

  /// The question as a prompt shows it, without the answer.
  String text();

  /// The right answer as it follows [#text] in a few-shot example, with the space before it.
  String target();

  /// What to ask, in the order that [#score] expects the answers.
  ///
  /// @param examples what stands before the question; empty, or ends in a blank line
  List<Request> requests(String examples, Protocol protocol);

  /// The document's metrics by name.
  ///
  /// @param responses one for each of [#requests]
  SequencedMap<String, Double> score(List<Response> responses);
}
