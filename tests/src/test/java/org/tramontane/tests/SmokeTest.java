package org.tramontane.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DType;

class SmokeTest {
  @Test
  void bf16() {
    assertThat(DType.bf16ToFloat(DType.floatToBf16(1.5f))).isEqualTo(1.5f);
  }
}
