package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tramontane.cli.Version;
import org.tramontane.cli.doctor.Machine;
import org.tramontane.cli.report.Histogram;
import org.tramontane.spac.data.PreferenceExample;
import org.tramontane.spac.data.TokenDigest;
import org.tramontane.spac.loss.SequenceLogProbs;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.GameRound;
import org.tramontane.spac.train.HeldOutScores;
import org.tramontane.spac.train.RoundReport;
import org.tramontane.transformer.Completion;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What `run.json` says: everything that is needed to understand a run, and to make it again.
final class RunRecord {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String COMPLETE = "complete";
  private static final int MARGIN_BINS = 24;

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
    Machine machine = Machine.read();
    ObjectNode environment = root.putObject("environment");
    environment.put("os", machine.os());
    environment.put("cpu", machine.cpu());
    environment.put("processors", Runtime.getRuntime().availableProcessors());
    environment.put("memory", machine.physicalMemory());
    environment.put("heap_limit", machine.heapLimit());
    root.set("config", config(command, relevant));
    root.putArray("rounds");
    root.putArray("evaluations");
  }

  /// The options of a command as they stand, defaults included.
  ///
  /// @param relevant which of them have a meaning
  static ObjectNode config(CommandSpec command, Predicate<OptionSpec> relevant) {
    ObjectNode config = JSON.createObjectNode();
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
    return config;
  }

  ObjectNode json() {
    return root;
  }

  /// Goes on from what a former process of the run has noted, and notes when.
  void restore(ObjectNode then) {
    root.removeAll();
    root.setAll(then);
    root.withArray("resumed").add(Instant.now().toString());
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

  /// What a round of SPAC's game came to; what was not measured is null.
  void game(GameRound round) {
    ObjectNode node = root.withArray("game").addObject();
    node.put("round", round.round());
    ObjectNode critic = node.putObject("critic");
    critic.put("steps", round.criticSteps());
    put(critic, "first_loss", round.criticFirstLoss());
    put(critic, "last_loss", round.criticLastLoss());
    put(critic, "self", round.critic().self());
    put(critic, "data", round.critic().data());
    put(critic, "preference_nll", round.critic().preferenceNll());
    put(critic, "accuracy", round.critic().accuracy());
    ObjectNode policy = node.putObject("policy");
    put(policy, "fit_error", round.fit().fitError());
    put(policy, "unexplained", round.fit().unexplained());
    divergence(policy, "kl_previous", round.fromPrevious());
    divergence(policy, "kl_reference", round.fromReference());
  }

  private static void divergence(
      ObjectNode node, String name, GameRound.@Nullable Divergence divergence) {
    put(node, name, divergence == null ? Double.NaN : divergence.kl());
    put(
        node,
        name + "_standard_error",
        divergence == null ? Double.NaN : divergence.standardError());
    node.put("kl_responses", divergence == null ? 0 : divergence.responses());
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /// Which pairs are held out: a digest of their tokens, by which two runs are known to be evaluated on the same ones, and
  /// how many tokens their responses have.
  void heldOut(List<PreferenceExample> pairs) {
    ObjectNode node = root.withObject("data").putObject("held_out");
    node.put(
        "tokens_sha256",
        TokenDigest.of(
            pairs.stream().flatMap(pair -> Stream.of(pair.chosen(), pair.rejected())).toList()));
    node.set("chosen_tokens", counts(pairs, PreferenceExample::chosen));
    node.set("rejected_tokens", counts(pairs, PreferenceExample::rejected));
  }

  private static JsonNode counts(
      List<PreferenceExample> pairs, Function<PreferenceExample, Completion> response) {
    return JSON.valueToTree(
        pairs.stream().mapToInt(pair -> response.apply(pair).responseIds().length).toArray());
  }

  /// Held-out figures after `round`; 0 is before training.
  ///
  /// @param scores of the held-out pairs, of which the figures are means
  void evaluation(int round, Evaluation evaluation, HeldOutScores scores) {
    ObjectNode node = JSON.valueToTree(evaluation);
    node.put("after_round", round);
    double[] margins =
        scores.logRatios().stream().mapToDouble(rho -> rho.chosen() - rho.rejected()).toArray();
    if (Arrays.stream(margins).allMatch(Double::isFinite)) {
      node.set("margin_histogram", JSON.valueToTree(Histogram.of(margins, MARGIN_BINS)));
    }
    node.set("logps_chosen", logProbs(scores, SequenceLogProbs::chosen));
    node.set("logps_rejected", logProbs(scores, SequenceLogProbs::rejected));
    root.withArray("evaluations").add(node);
  }

  private static JsonNode logProbs(
      HeldOutScores scores, ToDoubleFunction<SequenceLogProbs> response) {
    return JSON.valueToTree(scores.policy().stream().mapToDouble(response).toArray());
  }

  /// Where the time went so far.
  void times(Map<String, Double> seconds) {
    root.set("seconds", JSON.valueToTree(seconds));
    root.put("peak_memory_bytes", ProcessMemory.peakBytes());
  }

  /// Whether `run.json` is that of a run that came to its end.
  static boolean isComplete(Path file) {
    try {
      return JSON.readTree(file.toFile()).path("status").asText().equals(COMPLETE);
    } catch (IOException e) {
      return false; // there is none, or it is nothing of ours
    }
  }

  void finish(String status) {
    root.put("status", status);
    root.put("finished", Instant.now().toString());
  }
}
