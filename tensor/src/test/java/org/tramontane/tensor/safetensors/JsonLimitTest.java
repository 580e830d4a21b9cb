package org.tramontane.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonLimitTest {
  @Test
  void isTheFormatsWhereTheHeapIsLarge() {
    assertThat(JsonLimit.in(4L << 30)).isEqualTo(100_000_000);
    assertThat(JsonLimit.allowed(100_000_000)).isEqualTo("up to 100000000");
  }

  @Test
  void shrinksWithTheHeapAndSaysWhatToDo() {
    assertThat(JsonLimit.in(256L << 20)).isEqualTo(8L << 20);
    assertThat(JsonLimit.allowed(8L << 20)).contains("8388608", "-Xmx");
  }
}
