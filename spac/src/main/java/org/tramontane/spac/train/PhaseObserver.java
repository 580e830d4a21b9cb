package org.tramontane.spac.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.ResponseRewards;
import org.tramontane.spac.loss.SequenceLogProbs;

/// Passes the steps of one phase on, all phases under the same columns: `phase`, then the metrics of both, where those of
/// the other phase are NaN. A phase's end is not a round's, and is not passed on.
record PhaseObserver(GamePhase phase, TrainingObserver observer) implements TrainingObserver {
  private static final List<String> COLUMNS = columns();

  private static List<String> columns() {
    ResponseRewards f = new ResponseRewards(0, 0, 0);
    SequenceLogProbs logps = new SequenceLogProbs(0, 0, 0);
    PolicyFitLoss fit = new PolicyFitLoss(1, PolicyFitLoss.Pairs.ALL);
    return Stream.of(
            new CriticLoss(1).metrics(f).keySet(),
            List.of("fit_unexplained"),
            fit.metrics(logps, logps, f).keySet())
        .flatMap(names -> names.stream())
        .toList();
  }

  @Override
  public void onStep(StepReport step) {
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("phase", (double) phase.number());
    COLUMNS.forEach(column -> metrics.put(column, Double.NaN));
    metrics.putAll(step.metrics());
    observer.onStep(
        new StepReport(
            step.round(),
            step.step(),
            step.steps(),
            step.epoch(),
            step.loss(),
            step.gradNorm(),
            step.learningRate(),
            metrics,
            step.tokens(),
            step.seconds()));
  }
}
