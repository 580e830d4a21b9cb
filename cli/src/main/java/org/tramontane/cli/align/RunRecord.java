package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.tramontane.cli.Version;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.RoundReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What `run.json` says: everything that is needed to understand a run, and to make it again.
final class RunRecord {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();

  /// A record of a run of `command` that begins now.
  ///
  /// @param relevant which of the command's options have a meaning for the run
  RunRecord(CommandSpec command, Predicate<OptionSpec> relevant) {
    root.put("status", "running");
    root.put("started", Instant.now().toString());
    ObjectNode versions = root.putObject("versions");
    versions.put("tramontane", Version.tramontane());
    versions.put("java", Version.java());
    ObjectNode config = root.putObject("config");
    for (OptionSpec option : command.options()) {
      Object value = option.getValue();
      if (value != null && relevant.test(option) && !option.usageHelp() && !option.versionHelp()) {
        config.set(
            option.longestName().substring(2).replace('-', '_'),
            value instanceof Number || value instanceof Boolean
                ? JSON.valueToTree(value)
                : JSON.valueToTree(value.toString()));
      }
    }
    root.putArray("rounds");
    root.putArray("evaluations");
  }

  ObjectNode json() {
    return root;
  }

  void put(String key, String value) {
    root.put(key, value);
  }

  void put(String key, long value) {
    root.put(key, value);
  }

  void data(String path, String sha256, String shape, Map<String, Integer> counts) {
    ObjectNode data = root.putObject("data");
    data.put("path", path).put("sha256", sha256).put("shape", shape);
    counts.forEach(data::put);
  }

  void round(RoundReport report) {
    root.withArray("rounds").add(JSON.valueToTree(report));
  }

  /// Held-out figures after `round`; 0 is before training.
  void evaluation(int round, Evaluation evaluation) {
    ObjectNode node = JSON.valueToTree(evaluation);
    node.put("after_round", round);
    root.withArray("evaluations").add(node);
  }

  void finish(String status) {
    root.put("status", status);
    root.put("finished", Instant.now().toString());
  }
}
