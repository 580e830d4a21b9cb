package org.tramontane.cli.tensorboard;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tramontane.spac.train.Evaluation;
import org.tramontane.spac.train.GamePhase;
import org.tramontane.spac.train.GameRound;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;

/// Writes what a training reports into an [EventFile], under the names that TRL's trainers log: `train/loss`,
/// `train/rewards/margins`, `eval/accuracy`. Steps count over all rounds.
public final class TensorBoardMetrics implements TrainingObserver, AutoCloseable {
  /// What [StepReport#row] has beside metrics and TensorBoard has as its horizontal axis, or not at all.
  private static final Set<String> NO_METRIC = Set.of("step");

  /// What both players of SPAC's explicit form have.
  private static final Set<String> OF_A_PLAYER =
      Set.of("loss", "grad_norm", "learning_rate", "epoch", "tokens");

  private final EventFile file;
  private long steps;

  private TensorBoardMetrics(EventFile file, long steps) {
    this.file = file;
    this.steps = steps;
  }

  /// A new file in `folder`.
  public TensorBoardMetrics(Path folder) {
    this(EventFile.in(folder, Clock.systemUTC()), 0);
  }

  /// A file that goes on.
  ///
  /// @param steps that are in it
  public static TensorBoardMetrics append(Path file, long steps) {
    return new TensorBoardMetrics(EventFile.append(file, Clock.systemUTC()), steps);
  }

  /// Where it lies.
  public Path path() {
    return file.path();
  }

  @Override
  public void onStep(StepReport step) {
    Map<String, Double> values = new LinkedHashMap<>();
    String player = player(step);
    step.row()
        .forEach(
            (name, value) -> {
              if (!NO_METRIC.contains(name) && !value.isNaN()) {
                values.put("train/" + (OF_A_PLAYER.contains(name) ? player : "") + name, value);
              }
            });
    values.put("train/tokens_per_second", step.tokensPerSecond());
    file.scalars(++steps, values);
  }

  /// `critic_step/` or `policy_step/` where both make steps, else nothing.
  private static String player(StepReport step) {
    Double phase = step.metrics().get("phase");
    if (phase == null) {
      return "";
    }
    return phase == GamePhase.CRITIC.number() ? "critic_step/" : "policy_step/";
  }

  @Override
  public void onGameRound(GameRound round) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("game/critic_self", round.critic().self());
    values.put("game/critic_data", round.critic().data());
    values.put("game/critic_preference_nll", round.critic().preferenceNll());
    values.put("game/critic_accuracy", round.critic().accuracy());
    values.put("game/fit_error", round.fit().fitError());
    values.put("game/fit_unexplained", round.fit().unexplained());
    if (round.fromPrevious() != null) {
      values.put("game/kl_previous", round.fromPrevious().kl());
    }
    if (round.fromReference() != null) {
      values.put("game/kl_reference", round.fromReference().kl());
    }
    values.values().removeIf(value -> value.isNaN());
    file.scalars(steps, values);
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
