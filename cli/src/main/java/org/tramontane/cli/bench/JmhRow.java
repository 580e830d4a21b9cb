package org.tramontane.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tramontane.tensor.UserError;

/// One benchmark of a JMH run in JSON.
///
/// @param benchmark class and method, without the package
/// @param backend who computed, empty for what belongs to no backend
/// @param params the other parameters, by name
/// @param seconds of a call, JMH's mean
/// @param error half of JMH's 99.9 % interval, NaN if there were too few runs
/// @param flops floating-point operations of a call, 0 if it is bound by memory
/// @param bytes of a call, 0 if it is bound by arithmetic
record JmhRow(
    String benchmark,
    String backend,
    Map<String, String> params,
    double seconds,
    double error,
    double flops,
    double bytes) {

  /// The row of one object of JMH's array.
  ///
  /// @throws UserError if a field is missing or of a kind that benchmarks of ours do not have
  static JmhRow of(String file, JsonNode node) {
    String full = text(file, node, "benchmark");
    JsonNode metric = node.path("primaryMetric");
    double scale =
        switch (metric.path("scoreUnit").asText()) {
          case "s/op" -> 1;
          case "ms/op" -> 1e-3;
          case "us/op" -> 1e-6;
          case "ns/op" -> 1e-9;
          default ->
              throw new UserError(
                  "%s: %s: scoreUnit = '%s'; allowed: s/op, ms/op, us/op, ns/op (average time)"
                      .formatted(file, full, metric.path("scoreUnit").asText()));
        };
    Map<String, String> params = new TreeMap<>();
    node.path("params")
        .properties()
        .forEach(field -> params.put(field.getKey(), field.getValue().asText()));
    String backend = params.getOrDefault("backend", "");
    params.remove("backend");
    return new JmhRow(
        shortName(full),
        backend,
        params,
        number(file, full, metric.path("score")) * scale,
        metric.path("scoreError").asDouble(Double.NaN) * scale,
        counter(node, "flops"),
        counter(node, "bytes"));
  }

  private static String shortName(String full) {
    int method = full.lastIndexOf('.');
    return full.substring(full.lastIndexOf('.', method - 1) + 1);
  }

  private static String text(String file, JsonNode node, String key) {
    if (!node.path(key).isTextual()) {
      throw new UserError(file + ": a result has no '" + key + "'; is this JMH's JSON (-rf json)?");
    }
    return node.path(key).asText();
  }

  private static double number(String file, String benchmark, JsonNode node) {
    if (!node.isNumber() || !(node.asDouble() > 0)) {
      throw new UserError(file + ": " + benchmark + ": primaryMetric.score = " + node);
    }
    return node.asDouble();
  }

  /// An event counter as every iteration reported it: JMH's own score adds the iterations up.
  private static double counter(JsonNode node, String name) {
    List<Double> values = new ArrayList<>();
    node.path("secondaryMetrics")
        .path(name)
        .path("rawData")
        .forEach(fork -> fork.forEach(iteration -> values.add(iteration.asDouble())));
    return values.isEmpty() ? 0 : values.getFirst();
  }

  /// The parameters, in words.
  String shape() {
    return String.join(" ", params.values());
  }

  /// GFLOP/s, or GB/s, or 0 if the benchmark states neither.
  double rate() {
    return (flops > 0 ? flops : bytes) / seconds / 1e9;
  }

  /// `GFLOP/s`, `GB/s`, or nothing.
  String unit() {
    return flops > 0 ? "GFLOP/s" : bytes > 0 ? "GB/s" : "";
  }
}
