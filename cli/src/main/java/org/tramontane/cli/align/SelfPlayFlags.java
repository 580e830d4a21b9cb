package org.tramontane.cli.align;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tramontane.spac.train.SelfPlay;
import picocli.CommandLine.Option;

/// The options of rounds of self-play: SPAC's and SPIN's.
final class SelfPlayFlags {
  @Option(names = "--rounds", description = "Rounds of self-play, T. Default: ${DEFAULT-VALUE}.")
  private int rounds = 1;

  @Option(
      names = "--previous",
      paramLabel = "DIR",
      description = "pi_t of the first round. Default: the model itself.")
  private @Nullable Path previous;

  @Option(
      names = "--temperature",
      description = "Of sampling responses; 1 is pi_t itself. Default: ${DEFAULT-VALUE}.")
  private double temperature = 1;

  @Option(
      names = "--max-new-tokens",
      description = "Of a sampled response at most. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens = 256;

  @Option(
      names = "--keep-previous",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "A round also reads the pairs that the round before has sampled, for spin. Default: ${DEFAULT-VALUE}.")
  private boolean keepPrevious;

  SelfPlay play() {
    return new SelfPlay(rounds, maxNewTokens, temperature, keepPrevious);
  }

  Optional<Path> previous() {
    return Optional.ofNullable(previous);
  }
}
