package org.tramontane.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tramontane.tensor.DeviceMemory.Need;

class DeviceMemoryTest {
  private static final long MIB = 1L << 20;
  private final DeviceMemory memory = new DeviceMemory(100 * MIB, 2048 * MIB, 64 * MIB, "");

  @Test
  void eachPlaceHasToHoldItsOwn() {
    assertThat(memory.holds(new Need(100 * MIB, 2048 * MIB, 64 * MIB))).isTrue();
    assertThat(memory.holds(new Need(100 * MIB + 1, 0, 0))).isFalse();
    assertThat(memory.holds(new Need(0, 2048 * MIB + 1, 0))).isFalse();
    assertThat(memory.holds(new Need(0, 2 * 65 * MIB, 65 * MIB))).isFalse();
  }

  @Test
  void needsAddUp() {
    Need need = Need.of(DType.F32, 10).plus(Need.of(DType.BF16, 10)).plus(Need.of(DType.Q8_0, 64));
    assertThat(need).isEqualTo(new Need(40, 20 + 68, 68));
    Need huge = new Need(Long.MAX_VALUE, 0, 0);
    assertThatThrownBy(() -> huge.plus(new Need(1, 0, 0))).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aShortageNamesWhatIsShortAndNothingElse() {
    assertThat(memory.shortage(new Need(1536 * MIB, 0, 0)))
        .isEqualTo("1.5 GiB in F32, and it has 100.0 MiB for that");
    assertThat(memory.shortage(new Need(0, 3072 * MIB, 65 * MIB)))
        .isEqualTo(
            "3.0 GiB in 16 and 8 bits, and it has 2.0 GiB for that; 65.0 MiB for one weight, and it gives 64.0 MiB at a time");
  }

  @Test
  void bytesAreSaidInTheUnitThatFits() {
    assertThat(DeviceMemory.text(512)).isEqualTo("0.5 KiB");
    assertThat(DeviceMemory.text(MIB - 1)).isEqualTo("1024.0 KiB");
    assertThat(DeviceMemory.text(MIB)).isEqualTo("1.0 MiB");
    assertThat(DeviceMemory.text(1024 * MIB)).isEqualTo("1.0 GiB");
  }

  @Test
  void negativeRoomIsRefused() {
    assertThatThrownBy(() -> new DeviceMemory(0, -1, 0, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("words = -1");
  }
}
