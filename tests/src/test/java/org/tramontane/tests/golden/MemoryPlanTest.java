package org.tramontane.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.train.MemoryPlan;
import org.tramontane.spac.train.MemoryPlan.Phase;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceMemory.Need;
import org.tramontane.transformer.LinearModule;
import org.tramontane.transformer.LoraConfig;
import org.tramontane.transformer.MemoryUse;
import org.tramontane.transformer.MistralConfig;

/// Memory that is planned from the shape alone: for 7 B parameters, and against what a run then takes.
class MemoryPlanTest {
  private static final int THREADS = MemoryProbe.THREADS;

  /// Mistral-7B-v0.1.
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

  @Test
  void spacOnSevenBillionParametersFits() {
    MemoryPlan plan = MemoryPlan.of(spac(false));
    assertThat(plan.peak()).isLessThan(80_000_000_000L).isGreaterThan(30_000_000_000L);
    assertThat(plan.busiest()).isEqualTo(Phase.TRAINING);
  }

  @Test
  void aBf16BaseFitsAHostWithCheckpointing() {
    MemoryPlan plan = MemoryPlan.of(spac(true));
    assertThat(plan.peak()).isLessThan(24_000_000_000L).isGreaterThan(15_000_000_000L);
  }

  /// The frozen base in one place, all else in the other, but for what only the CPU's threads compute in.
  @Test
  void aDeviceHoldsFloatsAndWordsApart() {
    MemoryPlan plan = MemoryPlan.of(spac(false));
    Need need = plan.onDevice(MemoryUse.largestWeight(SEVEN_B, DType.BF16));
    assertThat(need.words()).isEqualTo(MemoryUse.weights(SEVEN_B, DType.BF16));
    assertThat(need.largestWords()).isEqualTo(2L * 32000 * 4096);
    assertThat(need.floats())
        .isEqualTo(
            MemoryUse.trainable(SEVEN_B, Optional.of(lora(0.05))) + plan.bytes(Phase.TRAINING))
        .isLessThan(plan.peak() - need.words());
  }

  /// 7,241,732,096 parameters, as the model's index says; 266,240 of them are norms.
  @Test
  void weightsAreThoseOfTheCheckpoint() {
    assertThat(MemoryUse.weights(SEVEN_B, DType.F32)).isEqualTo(4 * 7_241_732_096L);
    assertThat(MemoryUse.weights(SEVEN_B, DType.BF16)).isEqualTo(2 * 7_241_732_096L + 2 * 266_240L);
  }

  /// PEFT prints 41,943,040 trainable parameters for rank 16 on all linear layers of this model.
  @Test
  void adaptersAreCounted() {
    assertThat(MemoryUse.trainable(SEVEN_B, Optional.of(lora(0.05)))).isEqualTo(4 * 41_943_040L);
  }

  /// SPAC at sequence 1024, batch 1: y+, y- and y', each with its prompt; 16 responses of 256 tokens drawn together.
  private static MemoryPlan.Setup spac(boolean checkpointing) {
    return new MemoryPlan.Setup(
        SEVEN_B,
        Optional.of(lora(0.05)),
        DType.BF16,
        0,
        3 * 1024,
        3 * 1023,
        checkpointing,
        16,
        1024 + 256,
        THREADS);
  }

  private static LoraConfig lora(double dropout) {
    return new LoraConfig(16, 32, dropout, false, LinearModule.ofLayers());
  }

  @Test
  void aRunTakesWhatWasPlanned() throws IOException, InterruptedException {
    assumeTrue(
        Files.isWritable(MemoryProbe.CLEAR), "MEMORY NOT MEASURED: the system does not tell");
    assertThat(check(true)).isLessThan(check(false) - 50_000_000);
  }

  /// Compares plan and use of a run on 1024 tokens, in a JVM of its own: what other tests have freed would serve it.
  ///
  /// @return the bytes that were used
  private static long check(boolean checkpointing) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A heap that is all there before, and stays as it is.
    command.addAll(List.of("-XX:+UseSerialGC", "-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(MemoryProbe.class.getName(), String.valueOf(checkpointing)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    long used = Long.parseLong(out.strip());
    MemoryPlan plan =
        MemoryPlan.of(
            new MemoryPlan.Setup(
                MemoryProbe.CONFIG,
                Optional.of(MemoryProbe.LORA),
                DType.BF16,
                0,
                MemoryProbe.TOKENS,
                MemoryProbe.RESPONSE,
                checkpointing,
                0,
                0,
                THREADS));
    assertThat((double) used)
        .as("used, of %d planned, gradient checkpointing %s", plan.peak(), checkpointing)
        .isCloseTo((double) plan.peak(), within(0.1 * plan.peak()));
    return used;
  }
}
