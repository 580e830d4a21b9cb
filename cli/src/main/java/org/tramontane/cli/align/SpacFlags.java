package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.loss.SpacLoss;
import org.tramontane.spac.train.SelfPlay;
import picocli.CommandLine.Option;

/// The options of SPAC.
final class SpacFlags {
  @Option(
      names = "--critic",
      paramLabel = "linear|logsig",
      description = "Form of the critic term; the linear one is unbounded below. Default: logsig.")
  private SpacLoss.@Nullable Critic critic;

  @Option(
      names = "--relative",
      arity = "0..1",
      fallbackValue = "true",
      description = "Subtract the data's own log-ratio in the critic term.")
  private @Nullable Boolean relative;

  @Option(names = "--lambda", description = "Weight of the preference term. Default: 1.")
  private @Nullable Double lambda;

  @Option(
      names = "--eta",
      description = "Step size of the policy player: the reward is log-ratio / eta. Default: 1.")
  private @Nullable Double eta;

  @Option(names = "--rounds", description = "Rounds of self-play, T. Default: 1.")
  private @Nullable Integer rounds;

  @Option(
      names = "--previous",
      paramLabel = "DIR",
      description = "pi_t of the first round. Default: the model itself.")
  private @Nullable Path previous;

  @Option(names = "--temperature", description = "Of sampling y'; 1 is pi_t itself. Default: 1.")
  private @Nullable Double temperature;

  @Option(names = "--max-new-tokens", description = "Of a sampled y' at most. Default: 256.")
  private @Nullable Integer maxNewTokens;

  boolean isUsed() {
    return critic != null
        || relative != null
        || lambda != null
        || eta != null
        || rounds != null
        || previous != null
        || temperature != null
        || maxNewTokens != null;
  }

  SpacLoss loss() {
    return new SpacLoss(
        critic == null ? SpacLoss.Critic.LOGSIG : critic,
        Boolean.TRUE.equals(relative),
        lambda == null ? 1 : lambda,
        eta == null ? 1 : eta);
  }

  SelfPlay play() {
    return new SelfPlay(
        rounds == null ? 1 : rounds,
        maxNewTokens == null ? 256 : maxNewTokens,
        temperature == null ? 1 : temperature);
  }

  Optional<Path> previous() {
    return Optional.ofNullable(previous);
  }
}
