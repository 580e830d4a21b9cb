package org.tramontane.spac.eval.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.tramontane.spac.eval.engine.Throughput;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Sample;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.Protocol;

/// `results.json` as the harness of either version lays it out, and what it has no place for under `tramontane`.
public final class ResultsJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ResultsJson() {}

  /// The file's content.
  ///
  /// @param model where the checkpoint lies
  /// @param run everything that a score depends on
  public static ObjectNode of(Outcome outcome, String model, ObjectNode run) {
    ObjectNode root = JSON.objectNode();
    switch (outcome.protocol()) {
      case B281B09 -> oldLayout(root, outcome);
      case V0_4_0 -> newLayout(root, outcome);
    }
    root.set("config", config(outcome, model));
    root.set("tramontane", own(outcome, run));
    return root;
  }

  private static void oldLayout(ObjectNode root, Outcome outcome) {
    ObjectNode results = root.putObject("results");
    ObjectNode versions = root.putObject("versions");
    for (TaskOutcome task : outcome.tasks()) {
      ObjectNode node = results.putObject(task.name());
      for (String metric : task.metrics()) {
        Sample sample = Sample.of(task.values(metric));
        node.put(metric, sample.mean());
        put(node, metric + "_stderr", sample.standardError());
      }
      versions.put(task.name(), oldVersion(task.task()));
    }
  }

  private static int oldVersion(LeaderboardTask task) {
    return switch (task) {
      case ARC_CHALLENGE, HELLASWAG, WINOGRANDE, GSM8K -> 0;
      case MMLU, TRUTHFULQA -> 1;
    };
  }

  private static void newLayout(ObjectNode root, Outcome outcome) {
    ObjectNode results = root.putObject("results");
    ObjectNode groups = JSON.objectNode();
    ObjectNode configs = root.putObject("configs");
    ObjectNode versions = root.putObject("versions");
    ObjectNode shots = root.putObject("n-shot");
    for (TaskOutcome task : outcome.tasks()) {
      for (String metric : task.metrics()) {
        if (task.task() == LeaderboardTask.MMLU && metric.equals("acc_norm")) {
          continue; // that version does not have it
        }
        String name = newName(task, metric);
        String key = newMetric(task.task(), metric);
        Sample sample = Sample.of(task.values(metric));
        ObjectNode node =
            results.has(name) ? (ObjectNode) results.get(name) : results.putObject(name);
        node.put(key, sample.mean());
        put(node, key.replace(",", "_stderr,"), sample.standardError());
        node.put("alias", name);
        versions.put(name, newVersion(task.task()));
        shots.put(name, task.shots());
        configs
            .putObject(name)
            .put("task", name)
            .put("num_fewshot", task.shots())
            .put("output_type", outputType(task.task()));
      }
    }
    List<TaskOutcome> subjects = outcome.of(LeaderboardTask.MMLU);
    if (!subjects.isEmpty()) {
      // That version weights subjects by their size; the leaderboard's own average does not.
      Sample all =
          Sample.of(new Sample(subjects.stream().map(s -> s.values("acc")).toList()).values());
      ObjectNode mmlu = groups.putObject("mmlu");
      mmlu.put("acc,none", all.mean());
      put(mmlu, "acc_stderr,none", all.standardError());
      mmlu.put("alias", "mmlu");
      root.set("groups", groups);
    }
  }

  private static String newName(TaskOutcome task, String metric) {
    return task.task() == LeaderboardTask.TRUTHFULQA ? "truthfulqa_" + metric : task.name();
  }

  private static String newMetric(LeaderboardTask task, String metric) {
    return switch (task) {
      case ARC_CHALLENGE, HELLASWAG, MMLU, WINOGRANDE -> metric + ",none";
      case TRUTHFULQA -> "acc,none";
      case GSM8K -> "exact_match,get-answer";
    };
  }

  private static double newVersion(LeaderboardTask task) {
    return switch (task) {
      case ARC_CHALLENGE, HELLASWAG, WINOGRANDE, GSM8K -> 1.0;
      case MMLU -> 0.0;
      case TRUTHFULQA -> 2.0;
    };
  }

  private static String outputType(LeaderboardTask task) {
    return task == LeaderboardTask.GSM8K ? "generate_until" : "multiple_choice";
  }

  private static ObjectNode config(Outcome outcome, String model) {
    ObjectNode config = JSON.objectNode();
    config.put("model", "tramontane").put("model_args", "pretrained=" + model);
    if (outcome.protocol() == Protocol.B281B09) {
      List<Integer> shots = outcome.tasks().stream().map(TaskOutcome::shots).distinct().toList();
      // One number in that version, which runs tasks of other shots one by one.
      if (shots.size() == 1) {
        config.put("num_fewshot", shots.getFirst());
      } else {
        config.putNull("num_fewshot");
      }
    }
    outcome.limit().ifPresentOrElse(n -> config.put("limit", n), () -> config.putNull("limit"));
    return config.put("bootstrap_iters", Sample.RESAMPLES);
  }

  private static ObjectNode own(Outcome outcome, ObjectNode run) {
    ObjectNode own = JSON.objectNode();
    own.put("kind", "eval");
    own.set("run", run);
    ArrayNode scores = own.putArray("scores");
    List<Score> lines = new ArrayList<>(outcome.scores());
    lines.addAll(outcome.extra());
    for (Score score : lines) {
      ObjectNode node = scores.addObject();
      node.put("task", score.task()).put("title", score.title()).put("metric", score.metric());
      node.put("shots", score.shots());
      put(node, score.estimate());
      score.caveats().forEach(node.putArray("not_comparable_because")::add);
    }
    outcome.average().ifPresent(average -> put(own.putObject("average"), average));
    ArrayNode tasks = own.putArray("tasks");
    for (TaskOutcome task : outcome.tasks()) {
      tasks.addObject().put("name", task.name()).put("task", task.task().label());
    }
    own.put("truncated_requests", outcome.truncated());
    Throughput t = outcome.throughput();
    own.putObject("throughput")
        .put("requests", t.requests())
        .put("seconds", t.seconds())
        .put("requests_per_second", t.requestsPerSecond())
        .put("tokens", t.rows())
        .put("tokens_per_second", t.tokensPerSecond())
        .put("tokens_without_sharing", t.unsharedRows())
        .put("tokens_saved", t.saved());
    return own;
  }

  private static void put(ObjectNode node, Estimate estimate) {
    node.put("value", estimate.value());
    put(node, "stderr", estimate.standardError());
    node.putArray("interval_95").add(estimate.interval().low()).add(estimate.interval().high());
    node.put("documents", estimate.size());
  }

  /// JSON has no NaN; the harness writes N/A.
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isNaN(value)) {
      node.put(key, "N/A");
    } else {
      node.put(key, value);
    }
  }

  /// A number that may be N/A.
  static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }
}
