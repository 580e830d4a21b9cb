package org.tramontane.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuoteTest {
  @Test
  void leavesWhatPrints() {
    assertThat(Quote.quote("model.layers.0 é 風 \uD83C\uDF2C"))
        .isEqualTo("'model.layers.0 é 風 \uD83C\uDF2C'");
  }

  @Test
  void escapesLineBreaksTerminalSequencesAndTurnsOfDirection() {
    assertThat(Quote.quote("a\nb\r\u001b[31m\u2028\u202e\u007f\uD800"))
        .isEqualTo("'a\\u000Ab\\u000D\\u001B[31m\\u2028\\u202E\\u007F\\uD800'");
  }

  @Test
  void cutsWhatIsLong() {
    assertThat(Quote.oneLine("n".repeat(60_000)))
        .isEqualTo("n".repeat(200) + "... (60000 characters)");
    assertThat(Quote.oneLine("n".repeat(200))).isEqualTo("n".repeat(200));
  }
}
