package org.tramontane.spac.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What one optimiser step did.
///
/// @param round of self-play, from 1; 1 where there is none
/// @param step in this round, from 1
/// @param steps in this round
/// @param epoch how many passes over the data are done, after this step
/// @param loss before the update
/// @param gradNorm global L2 norm of the gradient, before clipping
/// @param learningRate of the update
/// @param metrics means over the step's examples, under TRL's names
/// @param tokens that went through the model, prompts included
/// @param seconds of wall-clock time
public record StepReport(
    int round,
    long step,
    long steps,
    double epoch,
    double loss,
    double gradNorm,
    double learningRate,
    SequencedMap<String, Double> metrics,
    long tokens,
    double seconds) {

  /// Everything that the same run gives again, in one row: `round`, `step`, `epoch`, `loss`, `grad_norm`, `learning_rate`,
  /// `tokens`, then the metrics. Times are left out.
  public SequencedMap<String, Double> row() {
    SequencedMap<String, Double> row = new LinkedHashMap<>();
    row.put("round", (double) round);
    row.put("step", (double) step);
    row.put("epoch", epoch);
    row.put("loss", loss);
    row.put("grad_norm", gradNorm);
    row.put("learning_rate", learningRate);
    row.put("tokens", (double) tokens);
    row.putAll(metrics);
    return row;
  }

  /// Speed of the step.
  public double tokensPerSecond() {
    return tokens / seconds;
  }
}
