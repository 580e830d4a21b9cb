package org.tramontane.spac.eval.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tramontane.spac.eval.engine.Throughput;
import org.tramontane.spac.eval.stats.Estimate;
import org.tramontane.spac.eval.stats.Sample;
import org.tramontane.spac.eval.stats.Score;
import org.tramontane.spac.eval.task.LeaderboardTask;
import org.tramontane.spac.eval.task.Protocol;

/// What an evaluation found.
public final class Outcome {
  private final Protocol protocol;
  private final List<TaskOutcome> tasks;
  private final OptionalInt limit;
  private final List<Score> extra;
  private final int truncated;
  private final Throughput throughput;
  private final List<Score> scores;
  private final Optional<Estimate> average;

  /// Sums up.
  ///
  /// @param protocol whose figures these are
  /// @param tasks in the order they ran
  /// @param limit documents per task at most; empty for all
  /// @param extra lines besides the leaderboard's tasks, such as perplexity
  /// @param truncated requests that lost the beginning of their context
  /// @param throughput of this run, without what an earlier one had computed
  public Outcome(
      Protocol protocol,
      List<TaskOutcome> tasks,
      OptionalInt limit,
      List<Score> extra,
      int truncated,
      Throughput throughput) {
    this.protocol = protocol;
    this.tasks = List.copyOf(tasks);
    this.limit = limit;
    this.extra = List.copyOf(extra);
    this.truncated = truncated;
    this.throughput = throughput;
    List<Score> lines = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (LeaderboardTask task : LeaderboardTask.values()) {
      List<TaskOutcome> parts = of(task);
      if (!parts.isEmpty()) {
        Sample sample = new Sample(parts.stream().map(part -> part.values(task.metric())).toList());
        samples.add(sample);
        lines.add(
            new Score(
                task.label(),
                task.title(),
                task.metric(),
                parts.getFirst().shots(),
                Estimate.of(sample),
                caveats(parts)));
      }
    }
    this.scores = List.copyOf(lines);
    this.average =
        samples.size() == LeaderboardTask.values().length
            ? Optional.of(Estimate.average(samples))
            : Optional.empty();
  }

  /// Whose figures these are.
  public Protocol protocol() {
    return protocol;
  }

  /// The tasks in the order they ran, each of MMLU's subjects by itself.
  public List<TaskOutcome> tasks() {
    return tasks;
  }

  /// Documents per task at most; empty for all.
  public OptionalInt limit() {
    return limit;
  }

  /// Lines besides the leaderboard's tasks.
  public List<Score> extra() {
    return extra;
  }

  /// How many requests lost the beginning of their context.
  public int truncated() {
    return truncated;
  }

  /// What this run has computed.
  public Throughput throughput() {
    return throughput;
  }

  /// One line per task of the leaderboard, MMLU's subjects averaged.
  public List<Score> scores() {
    return scores;
  }

  /// The leaderboard's figure, the mean of the six; empty unless all six ran.
  public Optional<Estimate> average() {
    return average;
  }

  /// The parts of a task: none, one, or MMLU's subjects.
  List<TaskOutcome> of(LeaderboardTask task) {
    return tasks.stream().filter(part -> part.task() == task).toList();
  }

  private List<String> caveats(List<TaskOutcome> parts) {
    LeaderboardTask task = parts.getFirst().task();
    List<String> caveats = new ArrayList<>();
    limit.ifPresent(
        n ->
            caveats.add(
                "--limit %d%s"
                    .formatted(n, task == LeaderboardTask.MMLU ? " of each subject" : "")));
    if (parts.getFirst().shots() != task.shots(protocol)) {
      caveats.add(
          "%d shots, the leaderboard has %d"
              .formatted(parts.getFirst().shots(), task.shots(protocol)));
    }
    parts.stream().flatMap(part -> part.data().caveats().stream()).distinct().forEach(caveats::add);
    return caveats;
  }
}
