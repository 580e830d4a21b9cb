package org.tramontane.cli.tensorboard;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;

/// Writes what a training reports into an [EventFile], under the names that TRL's trainers log: `train/loss`,
/// `train/rewards/margins`, `eval/accuracy`. Steps count over all rounds.
public final class TensorBoardMetrics implements TrainingObserver, AutoCloseable {
  /// What [StepReport#row] has beside metrics and TensorBoard has as its horizontal axis, or not at all.
  private static final Set<String> NO_METRIC = Set.of("step");

  private final EventFile file;
  private long steps;

  /// A new file in `folder`.
  public TensorBoardMetrics(Path folder) {
    this.file = EventFile.in(folder, Clock.systemUTC());
  }

  /// Where it lies.
  public Path path() {
    return file.path();
  }

  @Override
  public void onStep(StepReport step) {
    Map<String, Double> values = new LinkedHashMap<>();
    step.row()
        .forEach(
            (name, value) -> {
              if (!NO_METRIC.contains(name)) {
                values.put("train/" + name, value);
              }
            });
    values.put("train/tokens_per_second", step.tokensPerSecond());
    file.scalars(++steps, values);
  }

  @Override
  public void onEvaluation(int round, Evaluation evaluation) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("eval/accuracy", evaluation.accuracy());
    values.put("eval/margin", evaluation.margin());
    values.put("eval/chosen_log_ratio", evaluation.chosenLogRatio());
    values.put("eval/rejected_log_ratio", evaluation.rejectedLogRatio());
    values.put("eval/drift", evaluation.drift());
    values.put("eval/prefers_chosen", evaluation.prefersChosen());
    values.put("eval/prefers_chosen_per_token", evaluation.prefersChosenPerToken());
    values.put("eval/chosen_log_prob_per_token", evaluation.chosenLogProbPerToken());
    values.put("eval/rejected_log_prob_per_token", evaluation.rejectedLogProbPerToken());
    file.scalars(steps, values);
  }

  @Override
  public void close() {
    file.close();
  }
}
