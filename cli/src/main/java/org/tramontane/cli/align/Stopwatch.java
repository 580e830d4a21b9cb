package org.tramontane.cli.align;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.tramontane.spac.train.GamePhase;
import org.tramontane.spac.train.GameRound;
import org.tramontane.spac.train.RoundReport;
import org.tramontane.spac.train.StepReport;
import org.tramontane.spac.train.TrainingObserver;

/// Where a run's time went.
final class Stopwatch implements TrainingObserver {
  /// What a run does.
  enum Phase {
    /// Opening models, reading data, making tokens.
    PREPARING,
    /// Drawing y' from pi_t.
    SAMPLING,
    /// Log-probabilities under frozen models.
    FROZEN_SCORING,
    /// Steps of SPAC's critic, and its values of all responses.
    CRITIC,
    /// Steps of the optimiser.
    TRAINING,
    /// Held-out figures.
    EVALUATION,
    /// The report's samples and the divergence from the start; in SPAC's explicit form, how well the policy fits.
    PROBING,
    /// Checkpoints.
    WRITING;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String TOTAL = "total";

  private final Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
  private final long begun = System.nanoTime();

  /// Since when what goes on has not been counted.
  private long mark = begun;

  private boolean stepped;

  /// What steps are.
  private Phase steps = Phase.TRAINING;

  /// Seconds of former processes of the run.
  private double before;

  /// Goes on from what [#seconds] said in a former process.
  void restore(JsonNode then) {
    for (Phase phase : Phase.values()) {
      if (then.has(phase.label())) {
        add(phase, then.path(phase.label()).asDouble());
      }
    }
    before = then.path(TOTAL).asDouble();
  }

  /// What went on since the last mark was `phase`.
  void lap(Phase phase) {
    long now = System.nanoTime();
    add(phase, (now - mark) / 1e9);
    mark = now;
  }

  private void add(Phase phase, double time) {
    seconds.merge(phase, Math.max(0, time), Double::sum);
  }

  @Override
  public void onRoundStart(int round, int rounds) {
    lap(round == 1 ? Phase.PREPARING : Phase.WRITING);
    stepped = false;
    steps = Phase.TRAINING;
  }

  @Override
  public void onPhase(int round, GamePhase phase) {
    switch (phase) {
      case CRITIC -> {
        lap(Phase.FROZEN_SCORING);
        steps = Phase.CRITIC;
      }
      case POLICY -> {
        lap(stepped ? Phase.CRITIC : Phase.FROZEN_SCORING);
        steps = Phase.TRAINING;
      }
    }
    stepped = true;
  }

  @Override
  public void onGameRound(GameRound round) {
    lap(Phase.PROBING);
  }

  @Override
  public void onSampling(int round, int begunResponses, int responses, long tokens) {
    lap(Phase.SAMPLING);
  }

  @Override
  public void onStep(StepReport step) {
    long now = System.nanoTime();
    if (!stepped) {
      add(Phase.FROZEN_SCORING, (now - mark) / 1e9 - step.seconds());
      add(steps, step.seconds());
      stepped = true;
    } else {
      add(steps, (now - mark) / 1e9);
    }
    mark = now;
  }

  @Override
  public void onRoundEnd(RoundReport round) {
    lap(Phase.TRAINING);
  }

  /// Seconds by phase so far, those that took none left out.
  Map<String, Double> seconds() {
    Map<String, Double> named = new java.util.LinkedHashMap<>();
    seconds.forEach((phase, time) -> named.put(phase.label(), time));
    named.put(TOTAL, before + (System.nanoTime() - begun) / 1e9);
    return named;
  }
}
