package org.tramontane.cli.align;

import org.tramontane.spac.loss.SpacLoss;
import picocli.CommandLine.Option;

/// The options of SPAC's loss.
final class SpacFlags {
  @Option(
      names = "--critic",
      paramLabel = "linear|logsig",
      description =
          "Form of the critic term, for spac; the linear one is unbounded below. Default: logsig.")
  private SpacLoss.Critic critic = SpacLoss.Critic.LOGSIG;

  @Option(
      names = "--relative",
      arity = "0..1",
      fallbackValue = "true",
      description = "Subtract the data's own log-ratio in the critic term, for spac.")
  private boolean relative;

  @Option(
      names = "--lambda",
      description = "Weight of the preference term, for spac. Default: ${DEFAULT-VALUE}.")
  private double lambda = 1;

  @Option(
      names = "--eta",
      description =
          "Step size of SPAC's policy player: a reward of 1 is worth eta nats. Default: ${DEFAULT-VALUE}.")
  private double eta = 1;

  double lambda() {
    return lambda;
  }

  double eta() {
    return eta;
  }

  SpacLoss loss() {
    return new SpacLoss(critic, relative, lambda, eta);
  }
}
