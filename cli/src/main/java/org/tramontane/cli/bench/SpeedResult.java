package org.tramontane.cli.bench;

import java.util.Collections;
import java.util.List;

/// How fast a backend did a test on a model.
///
/// @param model name of the model
/// @param parameters of it
/// @param weights how they are stored
/// @param test `pp512`, `tg128` or `train`
/// @param backend who computed
/// @param tokens of one repetition
/// @param seconds of each repetition
record SpeedResult(
    String model,
    long parameters,
    String weights,
    String test,
    String backend,
    long tokens,
    List<Double> seconds) {
  /// The median.
  double tokensPerSecond() {
    List<Double> sorted = seconds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return tokens / median;
  }

  /// Of the slowest repetition.
  double least() {
    return tokens / Collections.max(seconds);
  }

  /// Of the fastest repetition.
  double most() {
    return tokens / Collections.min(seconds);
  }
}
