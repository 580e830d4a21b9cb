package org.tramontane.tensor.nd4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tramontane.tensor.nd4j.internal.CudaDriver.Answer;
import org.tramontane.tensor.nd4j.internal.CudaDriver.Device;

class CudaSupportTest {

  private static Answer answer(Device... devices) {
    return new Answer(Arrays.asList(devices), null);
  }

  @ParameterizedTest
  @CsvSource({"3,7", "5,2", "6,0", "7,5", "8,0", "8,6", "8,9"})
  void hasKernelsUpToAda(int major, int minor) {
    assertThat(CudaSupport.problem(answer(new Device("card", major, minor)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"3,0", "3,5", "9,0", "10,0", "12,0"})
  void namesACardThatItHasNoKernelsFor(int major, int minor) {
    assertThat(CudaSupport.problem(answer(new Device("NVIDIA H100", major, minor))))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .contains("no kernels for NVIDIA H100")
                    .contains("compute capability " + major + "." + minor)
                    .contains("--backend cpu")
                    .doesNotContain("\n"));
  }

  @Test
  void oneCardWithoutKernelsAmongSeveralIsNamed() {
    Answer answer = answer(new Device("NVIDIA A100", 8, 0), new Device("NVIDIA H200", 9, 0));
    assertThat(CudaSupport.problem(answer))
        .hasValueSatisfying(reason -> assertThat(reason).contains("NVIDIA H200"));
  }

  @Test
  void saysThatThereIsNoDriverOrNoDevice() {
    assertThat(CudaSupport.problem(new Answer(List.of(), "no NVIDIA driver was found")))
        .hasValueSatisfying(reason -> assertThat(reason).contains("no NVIDIA driver was found"));
    assertThat(CudaSupport.problem(answer()))
        .hasValueSatisfying(reason -> assertThat(reason).contains("shows none"));
  }

  @Test
  void theDriverOfThisMachineAnswersOrIsSaidToBeMissing() {
    Answer answer = CudaDriver.probe();
    if (answer.problem() == null) {
      assertThat(answer.devices())
          .allSatisfy(device -> assertThat(device.major()).isBetween(1, 99));
    } else {
      assertThat(answer.problem()).isNotBlank().doesNotContain("\n");
      assertThat(answer.devices()).isEmpty();
    }
  }
}
