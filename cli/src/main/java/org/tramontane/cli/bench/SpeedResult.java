package org.tramontane.cli.bench;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/// How fast a backend did a test on a model.
///
/// @param model name of the model
/// @param parameters of it
/// @param weights how they are stored
/// @param test `pp512`, `tg128` or `train`
/// @param backend who computed
/// @param tokens of one repetition
/// @param seconds of each repetition
/// @param flops of one repetition, 0 where bytes say more
/// @param bytes of weights that one repetition has to read, 0 where FLOPs say more
/// @param perToken what the backend counted in all repetitions, by name
record SpeedResult(
    String model,
    long parameters,
    String weights,
    String test,
    String backend,
    long tokens,
    List<Double> seconds,
    double flops,
    double bytes,
    Map<String, Double> perToken) {
  /// GFLOP/s of the median, 0 if they are not counted.
  double gigaFlops() {
    return flops / tokens * tokensPerSecond() / 1e9;
  }

  /// GB/s of the median, 0 if they are not counted.
  double gigabytes() {
    return bytes / tokens * tokensPerSecond() / 1e9;
  }

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
