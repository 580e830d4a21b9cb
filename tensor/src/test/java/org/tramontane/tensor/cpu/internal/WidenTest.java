package org.tramontane.tensor.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.Shape;
import org.tramontane.tensor.Tensor;

class WidenTest {
  private static final int PATTERNS = 1 << 16;

  /// Every 16-bit pattern, once through the vector loop and once through the scalar one.
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void everyPattern(DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      Tensor narrow = Tensor.allocate(arena, dtype, Shape.of(PATTERNS));
      for (int i = 0; i < PATTERNS; i++) {
        narrow.data().set(Tensor.SHORT, 2L * i, (short) i);
      }
      Tensor wide = Tensor.allocate(arena, PATTERNS);
      Widen.copy(dtype, narrow.data().address(), wide.data().address(), PATTERNS);
      for (int i = 0; i < PATTERNS; i++) {
        float expected = narrow.get(i);
        if (Float.isNaN(expected)) {
          assertThat(wide.get(i)).as("pattern %04x", i).isNaN();
        } else {
          assertThat(Float.floatToRawIntBits(wide.get(i)))
              .as("pattern %04x", i)
              .isEqualTo(Float.floatToRawIntBits(expected));
        }
        float one = Widen.get(dtype, narrow.data().address() + 2L * i);
        assertThat(Float.compare(one, expected)).as("pattern %04x", i).isZero();
      }
    }
  }
}
