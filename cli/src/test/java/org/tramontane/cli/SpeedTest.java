package org.tramontane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeedTest {
  @Test
  void saysWhatWasRead() {
    Speed speed = new Speed(12, 1_000_000);
    speed.tick();
    assertThat(speed.line()).startsWith("prompt of 12 tokens in ").endsWith("; 1 new token");
    speed.tick();
    speed.tick();
    assertThat(speed.line())
        .contains("; 3 new tokens in ")
        .contains("tokens/s, ")
        .endsWith("GB/s of weights)");
  }
}
