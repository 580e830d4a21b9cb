package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.CriticLoss;
import org.tramontane.spac.loss.PolicyFitLoss;
import org.tramontane.spac.loss.RewardBound;
import org.tramontane.spac.train.SelfPlay;
import org.tramontane.spac.train.SpacGame;
import picocli.CommandLine.Option;

/// The form of SPAC, and the options of the explicit one.
final class SpacGameFlags {
  @Option(
      names = "--spac-form",
      paramLabel = "practical|explicit",
      description =
          "One loss whose critic is the policy's own log-ratio, or a critic network and a policy in turns, for spac."
              + " Default: practical.")
  private SpacForm form = SpacForm.PRACTICAL;

  @Option(
      names = "--critic-bound",
      description =
          "B: the explicit critic's reward is B tanh(head / B), within [-B, B]. Default: ${DEFAULT-VALUE}.")
  private double bound = 5;

  @Option(
      names = "--critic-learning-rate",
      description = "Peak learning rate of the explicit critic. Default: ${DEFAULT-VALUE}.")
  private double learningRate = 1e-5;

  @Option(
      names = "--critic-num-train-epochs",
      description =
          "The explicit critic's passes over the data per round. Default: ${DEFAULT-VALUE}.")
  private double epochs = 1;

  @Option(
      names = "--critic-use-peft",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Whether the explicit critic is a LoRA adapter, shaped by --lora-..., with a head, or a copy of all weights."
              + " Default: as --use-peft.")
  private @Nullable Boolean usePeft;

  @Option(
      names = "--critic-restart",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "The explicit critic begins anew in each round, instead of where the last one left it.")
  private boolean restart;

  @Option(
      names = "--policy-pairs",
      paramLabel = "all|preference|self",
      description =
          "Pairs that the explicit policy step fits: all of y+, y- and y'; y+ and y- alone; y' with each. Default: all.")
  private PolicyFitLoss.Pairs pairs = PolicyFitLoss.Pairs.ALL;

  @Option(
      names = "--kl-samples",
      description =
          "Prompts that the policy answers after each round of the explicit form, to measure its KL to pi_t and to"
              + " the start; 0: don't. Default: ${DEFAULT-VALUE}.")
  private int klSamples = 64;

  SpacForm form() {
    return form;
  }

  /// The explicit form's plan.
  Plan.Game plan(double lambda, double eta, SelfPlay play, Optional<Path> previous) {
    return new Plan.Game(
        new SpacGame(
            play, new CriticLoss(lambda), new PolicyFitLoss(eta, pairs), restart, klSamples),
        new RewardBound(bound),
        learningRate,
        epochs,
        Optional.ofNullable(usePeft),
        previous);
  }
}
