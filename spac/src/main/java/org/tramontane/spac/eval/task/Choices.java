package org.tramontane.spac.eval.task;

import java.util.List;
import org.tramontane.spac.eval.python.PythonText;

/// The rules by which log-likelihoods of choices become a decision.
final class Choices {
  private Choices() {}

  /// The answers as numbers.
  static double[] logProbs(List<Response> responses) {
    return responses.stream()
        .mapToDouble(
            response ->
                switch (response) {
                  case Response.LogProb(double value) -> value;
                  case Response.Text text ->
                      throw new IllegalArgumentException("not a log-probability: " + text);
                })
        .toArray();
  }

  /// The index of the largest value, as `numpy.argmax` finds it: of equals the first, and NaN before any number.
  static int argmax(double... values) {
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        return i;
      }
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /// Log-likelihoods divided by the choices' lengths in characters, the space before a choice not counted.
  ///
  /// An empty choice divides by 0: it gets minus infinity, or NaN if its log-likelihood is 0, as in the harness.
  static double[] perCharacter(double[] logProbs, List<String> choices) {
    double[] normalised = new double[logProbs.length];
    for (int i = 0; i < normalised.length; i++) {
      normalised[i] = logProbs[i] / PythonText.length(choices.get(i));
    }
    return normalised;
  }
}
