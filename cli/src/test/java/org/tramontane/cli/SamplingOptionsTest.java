package org.tramontane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.Sampler;
import org.tramontane.transformer.Sampler.Sampling;
import picocli.CommandLine;

class SamplingOptionsTest {

  private static Sampler sampler(String... args) {
    return CommandLine.populateCommand(new SamplingOptions(), args).sampler();
  }

  @Test
  void greedyUnlessSamplingIsAskedFor() {
    assertThat(sampler()).isEqualTo(Sampler.greedy());
    assertThat(sampler("--greedy")).isEqualTo(Sampler.greedy());
    assertThat(sampler("--seed", "3")).isEqualTo(new Sampling(1, 0, 1, 0, 3));
    assertThat(sampler("--temperature=0.7", "--top-k=40", "--top-p=0.9", "--min-p=0.05"))
        .isEqualTo(new Sampling(0.7, 40, 0.9, 0.05, 0));
  }

  @Test
  void refusesContradictionsAndWrongRanges() {
    assertThatThrownBy(() -> sampler("--greedy", "--top-k=3"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--greedy");
    assertThatThrownBy(() -> sampler("--temperature=0"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("temperature = 0");
    assertThatThrownBy(() -> sampler("--top-p=1.5"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("top_p = 1.5");
  }
}
