package org.tramontane.cli.align;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.MistralConfig;

/// What is said of a run that a device has no room for: SFT of Mistral-7B's shape, all weights in F32.
class MemoryPlannerTest {
  private static final long GIB = 1L << 30;

  private static final MistralConfig SEVEN_B =
      MistralConfig.builder()
          .vocabSize(32000)
          .hiddenSize(4096)
          .intermediateSize(14336)
          .layers(32)
          .heads(32, 8)
          .headDim(128)
          .slidingWindow(4096)
          .maxPositions(32768)
          .build();

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder before each test
  MemoryPlannerTest() {}

  private MemoryPlanner planner() throws IOException {
    Files.writeString(folder.resolve("config.json"), SEVEN_B.toJson(DType.BF16));
    return new MemoryPlanner(
        folder, SEVEN_B, new Plan.Supervised(false, true), new LoraFlags(), 1024, 8, false, 2);
  }

  @Test
  void aDeviceThatIsTooSmallGetsTheSettingsThatFit() throws IOException {
    MemoryPlanner planner = planner();
    assertThatThrownBy(
            () -> planner.requireFits(new DeviceMemory(8 * GIB, 64 * GIB, 4 * GIB, "get a card")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("in F32, and it has 8.0 GiB for that. --gradient-checkpointing with")
        .hasMessageContaining("--use-peft would take")
        .hasMessageEndingWith("--plan shows where it goes; or get a card");
    assertThatThrownBy(() -> planner.requireFits(new DeviceMemory(GIB / 8, GIB, GIB, "")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Nothing here would fit: even")
        .hasMessageContaining("--base-dtype q8_0")
        .hasMessageEndingWith("--plan shows where it goes");
  }

  @Test
  void aDeviceThatIsLargeEnoughIsNotRefused() throws IOException {
    MemoryPlanner planner = planner();
    assertThatCode(() -> planner.requireFits(new DeviceMemory(400 * GIB, 64 * GIB, 4 * GIB, "")))
        .doesNotThrowAnyException();
  }
}
